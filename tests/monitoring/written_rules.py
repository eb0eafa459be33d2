"""Small rule files, written for one test."""


def rule(name, kind, measure, *limit, ages=""):
    return (
        f'[[rule]]\nid = "{name}"\nkind = "{kind}"\ntext = "Do."\nbasis = "label"\nsource = "a page"\n'
        f'source_url = "https://example.org"\n[[rule.limit]]\nmeasure = "{measure}"\n'
        + "\n".join(limit)
        + f"\n{ages}\n"
    )


def small_file(*rules):
    return (
        'schema = "liftspan/monitoring/1"\nname = "ours"\ntitle = "Ours"\ndated = 2026-12-01\ndrugs = ["esketamine"]\n'
        'routes = ["nasal"]\n' + "".join(rules)
    )
