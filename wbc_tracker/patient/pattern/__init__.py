"""The first sentences of a report: what the counts show, and the numbers they rest on."""
