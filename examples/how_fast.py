"""How fast does one infusion work for people of 80 kg with a MADRS score of 32?"""

from liftspan.how_fast import as_dataset, how_fast
from liftspan.treatment import find_protocol

answer = how_fast(find_protocol("iv-single"), weight_kg=80, baseline=32)
lift = as_dataset(answer)  # xarray.Dataset: dims of (group, person), time in h, statistic
group = lift["madrs_change"].sel(of="group", time=24.0)
for statistic in ("low", "median", "high"):
    print(f"{statistic:7}{group.sel(statistic=statistic).item():6.1f} {group.units} after 24 h")
print(f"basis: {answer.near.trials} trials near this treatment, {answer.near.patients} patients")
