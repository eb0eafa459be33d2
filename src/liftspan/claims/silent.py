"""Claims of which the model says nothing: why, and the treatments whose risks stand beside their numbers."""

# claim_id: (reason, treatments)
SILENT = {
    "suicidal-thoughts": (
        "The model moves the total MADRS score. It has no model of single items, so none of suicidal thoughts (item "
        "10), and a fall of the total says nothing of a person's safety. A score of item 10 asks for a clinician, not "
        "for a forecast.",
        ("iv-single",),
    ),
    "new-synapses": (
        "Plasticity in the model is a quantity that rises in hours and fades in days to weeks, fitted to scores of "
        "people. It counts no synapses, and no measurement of them is in the fit: agreement of the time scales would "
        "be no evidence for the mechanism.",
        ("iv-single",),
    ),
    "rumination-motivation": (
        "The model answers total scores of depression. Rumination, anhedonia and emotional control have scales of "
        "their own, of which it knows nothing.",
        ("iv-induction",),
    ),
    "with-psychotherapy": (
        "No parameter of the model stands for psychotherapy, lifestyle or stress management. 'Contact with care' is "
        "the lift that visits bring in control arms; it is no estimate of a therapy.",
        ("iv-induction",),
    ),
    "sleep-stress-health": (
        "No parameter of mood depends on sleep, stress or health. Weight and age change concentrations only, not the "
        "effect of a given concentration. Published predictors stand in `liftspan evidence predictors`.",
        ("iv-induction",),
    ),
    "inflammation": (
        "No parameter of the model depends on markers of inflammation. In the one trial that compared them, the "
        "control group with inflammation did better; the model has no such difference between people.",
        ("iv-single",),
    ),
    "effects-in-session": (
        "The model of mood does not answer effects in the session. Published rates stand below, by treatment.",
        ("iv-single", "nasal-84"),
    ),
    "common-side-effects": (
        "The model of mood does not answer side effects. Published rates stand below, by treatment.",
        ("iv-single", "nasal-84"),
    ),
}
