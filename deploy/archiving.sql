-- Continuous archiving: PostgreSQL puts each of its journals, compressed, in a folder that its account
-- writes to. Run by a superuser, before a restart: psql --file deploy/archiving.sql [--set folder=/…]

\set ON_ERROR_STOP on
\if :{?folder}
\else
  \set folder /var/lib/postgresql/archives
\endif
-- Whole under its name or absent: a crash in between has it done again, and the disk has it first.
\set kept :folder '/%f.gz'
\set begun :folder '/%f.part'
\set command 'gzip --stdout "%p" > "' :begun '" && sync "' :begun '" && mv "' :begun '" "' :kept '"'

ALTER SYSTEM SET archive_mode = on;
ALTER SYSTEM SET archive_command = :'command';
-- What was answered is out of the server's own files a minute later.
ALTER SYSTEM SET archive_timeout = '60s';
