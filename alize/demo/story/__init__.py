"""The invented story of the demo basins; only the totals that Savoie published are real."""
