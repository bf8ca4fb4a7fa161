-- The findings that comments in the scripts set aside: JSON, as `AcceptedFinding` writes it.
alter table verdict add column accepted text not null default '[]';
