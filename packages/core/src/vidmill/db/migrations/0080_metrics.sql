-- How good renditions are, where a job asks for it: a task of its own, and its results.

ALTER TYPE task_kind ADD VALUE 'metrics' AFTER 'subtitles';

ALTER TABLE renditions
    -- dB; 100 for what is identical.
    ADD COLUMN psnr double precision CHECK (psnr BETWEEN 0 AND 100),
    ADD COLUMN ssim double precision CHECK (ssim BETWEEN -1 AND 1),
    ADD COLUMN vmaf double precision CHECK (vmaf BETWEEN 0 AND 100);
