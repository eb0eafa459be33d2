"""Liftspan: how fast ketamine treatment lifts depression, how long the lift lasts, and when the next session is due.

    from liftspan.how_fast import as_dataset, how_fast
    from liftspan.treatment import find_protocol

    answer = how_fast(find_protocol("iv-single"), weight_kg=80, baseline=32)

For research and to support licensed clinicians; no guide to unsupervised use.

`PUBLIC` lists what others may build on, by module; `import liftspan` itself loads none of it.
"""

PUBLIC = {
    "liftspan.errors": ("InvalidInput", "OutsideEvidence"),
    "liftspan.treatment": ("Protocol", "Regimen", "describe", "find_protocol", "load_protocols", "parse_treatment"),
    "liftspan.simulate": ("Course", "Response", "respond", "simulate"),
    "liftspan.how_fast": ("HowFast", "as_dataset", "as_record", "as_text", "how_fast", "versus_text"),
    "liftspan.nonresponse": ("NonResponse", "nonresponse"),
    "liftspan.claims": ("ClaimAnswer", "claim_answers"),
    "liftspan.scale": ("Plan", "Stopped", "Written", "plan_of", "simulate_to"),
    "liftspan.exposure": ("exposure",),
    "liftspan.evidence": ("load_evidence", "near_treatment", "published_points"),
}
