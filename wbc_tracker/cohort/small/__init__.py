"""Small counts hidden: what adds up (`sums`), what must be hidden (`suppress`), what is then shown
(`shown`).
"""
