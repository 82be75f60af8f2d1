"""How the tests are run: what runs beside them, which cases a run takes, what a change reaches, what a run tells."""
