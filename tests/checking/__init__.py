"""How the tests are run: what runs beside them, which cases every run takes, what a change reaches, what a run tells."""
