"""The pipeline of the command line in Python: files in, flags and trends out."""

from wbc_tracker import evaluate_flags, from_readings, read_infusions, read_labs, summarize_trends

labs = read_labs("examples/labs.csv")  # what could not be read is in labs.rejects
infusions = read_infusions("examples/infusions.csv")
dataset = from_readings([labs], [infusions], as_of="2026-11-23")

flags = evaluate_flags(dataset)
print(flags.groupby("code").size().to_string(), end="\n\n")

trends = summarize_trends(dataset)
print(trends[["analyte", "n", "slope_per_year", "p_value", "verdict"]].to_string(index=False, float_format="%.3g"))
