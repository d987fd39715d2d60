"""Small counts hidden: what adds up (`sums`), what readers can tell (`bounds`), what must be hidden
(`suppress`), what is then shown (`shown`).
"""
