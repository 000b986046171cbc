-- Prepares a PostgreSQL cluster for ALIZE: two logins, one database, three extensions.
-- Run by a superuser, as often as wanted: psql --file deploy/database.sql [--set database=alize]
-- Passwords, where logins need one, come from ALIZE_OWNER_PASSWORD and ALIZE_APP_PASSWORD.

\set ON_ERROR_STOP on
\if :{?database}
\else
  \set database alize
\endif
\getenv owner_password ALIZE_OWNER_PASSWORD
\getenv app_password ALIZE_APP_PASSWORD

-- The owner migrates and creates basins, each with its role; the application has no right of its
-- own and takes the role of one schema at a time.
SELECT 'CREATE ROLE alize_owner'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alize_owner') \gexec
SELECT 'CREATE ROLE alize_app'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alize_app') \gexec
ALTER ROLE alize_owner LOGIN CREATEROLE;
ALTER ROLE alize_app LOGIN NOINHERIT;
\if :{?owner_password}
  ALTER ROLE alize_owner PASSWORD :'owner_password';
\endif
\if :{?app_password}
  ALTER ROLE alize_app PASSWORD :'app_password';
\endif

-- A request that waits or computes for longer has lost its reader; the worker gives itself more.
ALTER ROLE alize_app SET jit = off;
ALTER ROLE alize_app SET statement_timeout = '10s';
ALTER ROLE alize_app SET lock_timeout = '5s';
ALTER ROLE alize_app SET idle_in_transaction_session_timeout = '60s';

-- A locale that every PostgreSQL has, so that sorting is the same on all of them.
SELECT format(
         'CREATE DATABASE %I OWNER alize_owner TEMPLATE template0 ENCODING ''UTF8'''
         ' LOCALE_PROVIDER builtin BUILTIN_LOCALE ''C.UTF-8''', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO alize_owner, alize_app;

\connect :"database"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
