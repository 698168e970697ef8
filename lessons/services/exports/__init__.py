"""Files made of pages and files of resources: what may go in, the job, the download."""
