"""The ladder of reminders: what is due today, sent one by one or together, and its letters."""
