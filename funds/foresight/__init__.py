"""The fund of the months to come: commitment capacity, simulator."""
