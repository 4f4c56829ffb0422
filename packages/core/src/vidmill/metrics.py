"""Prometheus metrics of every service: names, labels and buckets in one place.

Seconds and bytes throughout. A service exposes the metrics of the groups it uses; a group is a
class, so that two services in one process (as in tests) don't collide.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

#: Tasks take from fractions of a second to hours.
TASK_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400)


class ApiMetrics:
    """What the REST service counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "http_requests_total", "HTTP requests.", ["method", "endpoint", "status"],
            registry=registry,
        )  # fmt: skip
        self.duration = Histogram(
            "http_request_duration_seconds", "Time to answer a request.", ["method", "endpoint"],
            registry=registry,
        )  # fmt: skip
        self.jobs_created = Counter("jobs_created_total", "Jobs accepted.", registry=registry)
        self.uploads_completed = Counter(
            "uploads_completed_total", "Uploads that became a video.", registry=registry
        )
        self.upload_bytes = Counter(
            "transcode_input_bytes_total", "Bytes of completed uploads.", registry=registry
        )


class LimitMetrics:
    """What the rate limiter of a service counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.exceeded = Counter(
            "api_rate_limit_exceeded_total", "Requests refused for coming too fast.", ["policy"],
            registry=registry,
        )  # fmt: skip
        self.unavailable = Gauge(
            "rate_limiter_unavailable", "1 while Redis is away and nothing is limited.",
            registry=registry,
        )  # fmt: skip


class GraphqlMetrics:
    """What the GraphQL service counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "graphql_requests_total", "GraphQL requests.", ["operation", "status"],
            registry=registry,
        )  # fmt: skip
        self.duration = Histogram(
            "graphql_request_duration_seconds", "Time to answer a GraphQL request.", ["operation"],
            registry=registry,
        )  # fmt: skip


class WorkerMetrics:
    """What a worker counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.jobs_processed = Counter(
            "jobs_processed_total", "Jobs ended by this worker.", ["status"], registry=registry
        )
        self.job_duration = Histogram(
            "job_duration_seconds", "Seconds of encoding per chunk, by resolution.", ["resolution"],
            buckets=TASK_BUCKETS, registry=registry,
        )  # fmt: skip
        self.transcode_errors = Counter(
            "transcode_errors_total", "Failed attempts, by task kind and error code.",
            ["kind", "code"], registry=registry,
        )  # fmt: skip
        self.active = Gauge("active_jobs", "Tasks this worker runs now.", registry=registry)
        self.slots = Gauge("worker_slots", "Tasks this worker can run at once.", registry=registry)
        self.task_duration = Histogram(
            "task_duration_seconds", "Seconds from claim to end of a task.", ["kind"],
            buckets=TASK_BUCKETS, registry=registry,
        )  # fmt: skip
        self.task_wait = Histogram(
            "task_wait_seconds", "Seconds a task was queued before its claim.", ["kind"],
            buckets=TASK_BUCKETS, registry=registry,
        )  # fmt: skip
        self.hardware_encoders = Gauge(
            "worker_hardware_encoders", "1 for each hardware encoder that works on this worker.",
            ["encoder"], registry=registry,
        )  # fmt: skip
        self.leases_lost = Counter(
            "leases_lost_total", "Tasks taken away while running.", registry=registry
        )
        self.output_bytes = Counter(
            "transcode_output_bytes_total", "Bytes published.", ["resolution"], registry=registry
        )
        self.cpu_seconds = Counter(
            "transcode_cpu_seconds_total", "CPU time of FFmpeg.", ["kind"], registry=registry
        )


class ReaperMetrics:
    """What the reaper counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.queue_depth = Gauge(
            "queue_depth", "Task ids in the lists, by priority.", ["priority"], registry=registry
        )
        self.queued_tasks = Gauge(
            "transcode_jobs_queue_size", "Tasks that wait to be claimed.", registry=registry
        )
        self.jobs = Gauge("jobs", "Jobs in each status.", ["status"], registry=registry)
        self.workers_active = Gauge(
            "workers_active", "Workers that take tasks and were heard of lately.",
            registry=registry,
        )  # fmt: skip
        self.unplayable = Gauge(
            "unplayable_job_seconds",
            "Since when the job has been worked on that cannot be played for longest.",
            registry=registry,
        )  # fmt: skip
        self.last_playable = Gauge(
            "last_playable_timestamp_seconds",
            "When a job last became playable or was completed; 0 if none ever did.",
            registry=registry,
        )  # fmt: skip
        self.dependency_up = Gauge(
            "dependency_up", "1 while a service that all need answers.", ["dependency"],
            registry=registry,
        )  # fmt: skip
        self.leases_expired = Counter(
            "leases_expired_total", "Tasks taken from workers that fell silent.", registry=registry
        )
        self.tasks_repushed = Counter(
            "tasks_repushed_total", "Queued tasks that no list held.", registry=registry
        )
        self.dead_letters = Gauge(
            "dead_letters", "Tasks whose attempts are spent.", registry=registry
        )
        self.uploads_expired = Counter(
            "uploads_expired_total", "Uploads whose time ran out.", registry=registry
        )
        self.objects_purged = Counter(
            "objects_purged_total", "Unwanted objects removed from storage.", registry=registry
        )


class NotifierMetrics:
    """What a notifier counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.deliveries = Counter(
            "webhook_deliveries_total",
            "Attempts by what came of them (delivered, retried, failed), and progress not sent.",
            ["result"], registry=registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "webhook_attempt_seconds", "Seconds until a receiver has answered.", registry=registry
        )
        self.active = Gauge("webhook_requests_active", "Requests under way.", registry=registry)
        self.pending = Gauge(
            "webhook_deliveries_pending", "Deliveries still to be made.", registry=registry
        )
        self.oldest = Gauge(
            "webhook_oldest_pending_seconds", "Age of the oldest of them.", registry=registry
        )
        self.disabled = Counter(
            "webhooks_disabled_total", "Webhooks whose receiver is gone.", registry=registry
        )
