#!/bin/bash
# Run once by the PostgreSQL image, on an empty volume: the owner of the tables, and the role that uses them.
set -euo pipefail

psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
    --set owner_password="$(cat /run/secrets/owner_password)" \
    --set app_password="$(cat /run/secrets/app_password)" <<'SQL'
CREATE ROLE engraft_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'owner_password';
CREATE ROLE engraft_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
CREATE DATABASE engraft OWNER engraft_owner;
REVOKE ALL ON DATABASE engraft FROM PUBLIC;
GRANT CONNECT ON DATABASE engraft TO engraft_app;
SQL
