"""What is taken along elsewhere: days for a calendar, a message for the clinic."""
