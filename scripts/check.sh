#!/bin/sh
# Everything that can be checked without running the product. CI runs exactly this.
set -eu
bin=.venv/bin
step() { printf '%s\n' "· $1"; }

step "ruff"
$bin/ruff check -q .
$bin/ruff format -q --check .

step "djlint"
$bin/djlint templates --lint --quiet

step "mypy"
$bin/mypy clinic bookings assessments

step "import-linter"
$bin/lint-imports

step "languages complete"
$bin/python scripts/messages.py --check

step "migrations in step"
$bin/python manage.py makemigrations --check --dry-run

step "system check"
$bin/python manage.py check --fail-level WARNING

step "deploy check under production settings"
env STEPDOWN_MODE=production \
    SECRET_KEY="$($bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=book.example.com SITE_URL=https://book.example.com \
    EMAIL_URL=smtp+tls://mail.example.com:587 DATABASE_URL=postgres://nobody@127.0.0.1:1/none \
    $bin/python manage.py check --deploy --fail-level WARNING

step "compose file and Dockerfile"
$bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
$bin/hadolint Dockerfile
if command -v docker-compose >/dev/null 2>&1; then
    env SECRET_KEY=x ALLOWED_HOSTS=x SITE_URL=x EMAIL_URL=x POSTGRES_PASSWORD=x \
        docker-compose -f docker-compose.yml config -q
else
    echo "  skipped: docker-compose config (docker-compose is not installed)"
fi

step "documents"
$bin/python -m pytest -q -p no:cacheprovider tests/test_docs.py tests/test_project.py

echo "All checks passed."
