"""Large files in blocks of whole patients: bounded memory, all cores, and what one process writes.

A block goes through the same functions as a whole file (`partition`); everything else here cuts
(`cut`, `spread`), hands out (`run`, `pool`, `dask`) and puts back in order (`sinks`).
"""
