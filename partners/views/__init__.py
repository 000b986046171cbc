"""What a browser asks of the partners."""
