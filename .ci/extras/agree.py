"""python3 agree.py SCORES PEER: every figure of the run beside the peer's: shares and counts exactly, means to 1e-9."""
import sys
import pyarrow.parquet as pq

scores, peer = (pq.read_table(p).to_pandas() for p in sys.argv[1:3])
scores = scores[(scores.level == "person") & (scores.measure != "") & scores.measure.notna()]
mine = scores.pivot_table(index=["subject", "period"], columns="measure", values="value", aggfunc="first")
peer["period"] = peer.period.astype(str).str[:7]
theirs = peer.rename(columns={"agent": "subject"}).set_index(["subject", "period"]).astype("float64")
print(f"{len(mine):,} cells here, {len(theirs):,} at the peer")
bad = abs(len(mine) - len(theirs))
for measure in theirs.columns:
    a, b = mine[measure].align(theirs[measure])
    exact = measure not in ("handle_time", "waited", "nps")
    near = (a - b).abs() <= (0 if exact else 1e-9) * b.abs().clip(lower=1)
    differ = int((~(near | (a.isna() & b.isna()))).sum())
    bad += differ
    print(f"{measure:18} {'exactly' if exact else 'to 1e-9':8} {differ:,} differ, largest difference {(a - b).abs().max():.3g}")
sys.exit(1 if bad else 0)
