"""Where invented patients come from. Nobody in this room exists.

One model of blood (`blood`) says what a tube holds; it is filled with chance (`chance`), for
doses as they are given (`regimens`), and printed as laboratories print (`laboratories`). Two kinds
of people are made of it:

- `populations`: thousands who are alike but for chance, for the simulation and the benchmarks;
- `patients`: one by one, each with a story (`stories`), for the examples and `demo`.
"""
