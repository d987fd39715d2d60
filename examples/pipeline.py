"""The pipeline of the command line in Python: files in, annotations and trends out."""

from wbc_tracker import (
    ReadingOptions,
    annotate,
    evaluate_flags,
    read_infusions,
    read_labs,
    summarize_trends,
)

AS_OF = "2026-11-23"
options = ReadingOptions(as_of=AS_OF)

labs = read_labs("examples/labs.csv", options)  # what could not be read is in labs.rejects
infusions = read_infusions("examples/infusions.csv", options)
annotated = annotate(labs.results, infusions.infusions, as_of=AS_OF)

flags = evaluate_flags(annotated)
print(flags.groupby("code").size().to_string(), end="\n\n")

trends = summarize_trends(annotated)
print(trends[["analyte", "n", "slope_per_year", "p_value", "verdict"]].to_string(index=False, float_format="%.3g"))
