"""Every conversion factor has a name and lives here only; the unit ends each name in the code."""

MINUTES_PER_HOUR = 60.0
HOURS_PER_DAY = 24.0
DAYS_PER_WEEK = 7.0
HOURS_PER_WEEK = HOURS_PER_DAY * DAYS_PER_WEEK

KG_PER_LB = 0.45359237  # by definition of the pound

# 1 mg/L = 1000 ng/mL: doses are in mg and volumes in L, concentrations are reported in ng/mL.
NG_PER_ML_PER_MG_PER_L = 1000.0

# Spravato label: a device delivers 32.3 mg of esketamine hydrochloride = 28 mg of esketamine base.
DEVICE_BASE_MG = 28.0
DEVICE_HYDROCHLORIDE_MG = 32.3
BASE_PER_HYDROCHLORIDE = DEVICE_BASE_MG / DEVICE_HYDROCHLORIDE_MG
