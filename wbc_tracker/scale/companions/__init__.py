"""What belongs to lab files that are read in blocks: the infusions and events of everybody."""
