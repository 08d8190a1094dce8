"""nginx's configuration for what is served: values in, text out.

Only exact names are answered: the lists of each source, objects by their checksums, pages, and
files that were checked. Everything else is not there, whatever the request looks like.

Format: nginx.org/en/docs. Of what others have named only remotes and files stand in it, of letters
that mean nothing to nginx (`_SAFE`); directories go by descriptors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from app.serve.crowding import PER_COMPUTER
from app.serve.values import Tls

PAGES, LISTS = "pages", "lists"
"""Directories of a generation."""

LOG = "logs/access.log"
FALLBACK = "later.sock"
KEPT = ".kept"
"""Begins what the fallback may lead to (``X-Accel-Redirect``): `KEPT`/LABEL/objects/…"""

ABSENT = "summaries/"
"""Parts of lists, called by their digests."""

RETRY_SECONDS = 5
"""After which somebody may ask again for what was pulled out."""

LANGUAGES = ("de", "en")
"""Of the pages; the last one for whoever wants none of them."""

LOG_FIELDS = ("$msec", "$remote_addr", "$status", "$body_bytes_sent", "$origin", "$object")
"""A line of the log, with tabs between them."""

_SAFE = re.compile(r"[A-Za-z0-9._+-]{1,255}(?:/[A-Za-z0-9._+-]{1,255}){0,9}")
_OBJECTS = r"objects/([0-9a-f]{2})/([0-9a-f]{62}\.(?:commit|commitmeta|dirtree|dirmeta|filez))"
_HEADERS = "add_header X-Content-Type-Options nosniff; add_header X-Frame-Options DENY;"
# Where a location adds any, it has to add all.
_ANEW = f"add_header Cache-Control no-cache; {_HEADERS}"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class Place(Struct, frozen=True):
    """What lies below one address.

    Attributes:
        path: the address, without slashes at its ends; empty for the top.
        directory: of the lists, below `LISTS`.
        files: those of the lists, relative to the address.
        refs: refs lie there as files, too, below ``refs/``.
        objects: directories with ``objects/``, in the order in which they are looked at.
        label: what the log calls the source.
        instead: object, below ``objects/`` → the same for it alone.
    """

    path: str
    directory: str
    files: Sequence[str]
    objects: Sequence[str]
    label: str
    refs: bool = False
    instead: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Download(Struct, frozen=True):
    """A file that is handed out as it is: its address, and the directory and path it lies at."""

    address: str
    directory: str
    path: str


class Site(Struct, frozen=True):
    """All there is to configure.

    Attributes:
        root: the generation's directory.
        fallback: the socket that is asked for objects that are not there.
        listen: as nginx names the sockets, e.g. ``0.0.0.0:8080``.
        hosts: this computer's address as a connection has it → directory of the pages for it.
        pages: names of the files beside the start page.
        later: addresses of sources of which all sticks were pulled out.
        kept: label → directory of this computer with objects, which the fallback may name.
        user: whose rights the workers have, for root; else empty.
        files_open: how many files a worker may have open.
    """

    root: str
    fallback: str
    listen: Sequence[str]
    tls: Tls | None
    hosts: Mapping[str, str]
    pages: Sequence[str]
    places: Sequence[Place]
    downloads: Sequence[Download]
    later: Sequence[str]
    kept: Mapping[str, str]
    user: str
    workers: int
    files_open: int


def is_safe(path: str) -> bool:
    """Whether a path can be an address here."""
    return _SAFE.fullmatch(path) is not None and not re.search(r"(^|/)\.", path)


def quoted(text: str) -> str:
    """As a word of the configuration. Raises ValueError for what nginx would not take as it is."""
    if any(char in text for char in '"\\$\n\r\t;{}') or not text.isprintable():
        raise ValueError(text)
    return f'"{text}"'


def configuration(site: Site) -> str:
    """The text. Raises ValueError for a path that cannot stand in it."""
    return "\n".join((*_main(site), "http {", *_http(site), *_server(site), "}", ""))


def _main(site: Site) -> Iterator[str]:
    yield "daemon off;"
    yield f"worker_processes {site.workers};"
    yield f"worker_rlimit_nofile {site.files_open};"
    if site.user:
        yield f"user {site.user};"
    yield f"pid {quoted(site.root + '/pid')};"
    yield f"error_log {quoted(site.root + '/error.log')} error;"
    # Whoever is at a file when lists are switched gets the rest of it.
    yield "worker_shutdown_timeout 600s;"
    yield f"events {{ worker_connections {site.files_open // 2}; }}"


def _http(site: Site) -> Iterator[str]:
    yield "types { text/html html; application/vnd.flatpak.repo flatpakrepo;"
    yield "  application/vnd.flatpak flatpak; }"
    yield "default_type application/octet-stream;"
    yield "charset_types text/html; charset utf-8;"
    yield "server_tokens off; sendfile on; sendfile_max_chunk 1m; tcp_nopush on; gzip off;"
    yield "log_not_found off; autoindex off; open_file_cache off; msie_padding off;"
    fields = "\\t".join(LOG_FIELDS)
    yield f'log_format satchel "{fields}";'
    log = quoted(f"{site.root}/{LOG}")
    yield f"access_log {log} satchel buffer=32k flush=500ms if=$origin;"
    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        yield f"{kind}_temp_path {quoted(f'{site.root}/temporary-{kind}')};"
    yield "client_header_timeout 10s; client_body_timeout 10s; send_timeout 60s;"
    yield "keepalive_timeout 30s; keepalive_requests 100000; reset_timedout_connection on;"
    yield "client_max_body_size 1; client_header_buffer_size 1k;"
    yield "large_client_header_buffers 4 8k;"
    yield "limit_conn_zone $binary_remote_addr zone=computers:2m;"
    yield f"limit_conn computers {PER_COMPUTER};"
    yield "limit_conn_status 503; limit_conn_log_level info;"
    yield "map $server_addr $place {"
    default, *others = site.hosts.items()
    yield f"  default {default[1]};"
    for address, name in (default, *others):
        yield f"  {quoted(address)} {name};"
    yield "}"
    yield f"map $http_accept_language $language {{ default {LANGUAGES[-1]};"
    for language in LANGUAGES[:-1]:
        yield f"  ~*^{language}\\b {language};"
    yield "}"


def _server(site: Site) -> Iterator[str]:
    yield "server {"
    for address in site.listen:
        yield f"  listen {address}{' ssl' if site.tls else ''};"
    if site.tls is not None:
        yield f"  ssl_certificate {quoted(str(site.tls.certificate))};"
        yield f"  ssl_certificate_key {quoted(str(site.tls.key))};"
        yield "  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:2m;"
    yield f"  root {quoted(site.root)};"
    yield "  disable_symlinks on from=$document_root;"
    yield '  set $origin ""; set $object "";'
    yield f"  {_HEADERS}"
    yield "  if ($request_method !~ ^(GET|HEAD)$) { return 405; }"
    yield "  location / { return 404; }"
    yield from _pages(site)
    for number, place in enumerate(site.places):
        yield from _place(number, place)
    for download in site.downloads:
        yield f"  location = {quoted(f'/{download.address}')} {{"
        file = quoted(f"/{download.path}")
        yield f"    root {quoted(download.directory)}; try_files {file} =404;"
        yield "  }"
    for path in site.later:
        yield f"  location ^~ {quoted(f'/{path}/')} {{"
        yield f"    add_header Retry-After {RETRY_SECONDS} always; return 503;"
        yield "  }"
    yield from _fallback(site)
    yield "}"


def _pages(site: Site) -> Iterator[str]:
    yield "  location = / {"
    yield f'    add_header Content-Security-Policy "{_POLICY}";'
    yield f"    add_header Vary Accept-Language; {_ANEW}"
    yield f"    try_files /{PAGES}/$place/index.$language.html =404;"
    yield "  }"
    for name in site.pages:
        yield f"  location = {quoted(f'/{name}')} {{ try_files /{PAGES}/$place/{name} =404; }}"


def _place(number: int, place: Place) -> Iterator[str]:
    before = f"/{place.path}/" if place.path else "/"
    told = f"set $origin {quoted(place.label)};"
    for path in place.files:
        file = quoted(f"/{LISTS}/{place.directory}/{path}")
        # Caches on the way must not hold one of several files longer than another.
        yield f"  location = {quoted(before + path)} {{"
        yield f"    {told} {_ANEW} try_files {file} =404;"
        yield "  }"
    # What else the index names is not here, but somebody wanted it.
    lists = re.escape(f"{before}{ABSENT}") + r"[0-9a-f]{64}\.gz"
    yield f'  location ~ "^{lists}$" {{ {told} set $object $uri; return 404; }}'
    if place.refs:
        # Very many, and all that lies there is ours.
        yield f'  location ~ "^{re.escape(before)}(refs/[A-Za-z0-9._/-]+)$" {{'
        yield f"    {told} {_ANEW} try_files /{LISTS}/{place.directory}/$1 =404;"
        yield "  }"
    for step, (path, objects) in enumerate(sorted(place.instead.items())):
        yield f"  location = {quoted(f'{before}objects/{path}')} {{"
        yield f"    {told} set $object {quoted(path)};"
        yield from _chain(f"{number}_instead{step}", objects)
    pattern = re.escape(before) + _OBJECTS
    yield f'  location ~ "^{pattern}$" {{'
    yield f"    {told} set $object $1/$2;"
    yield from _chain(str(number), place.objects)


def _chain(number: str, objects: Sequence[str]) -> Iterator[str]:
    """The rest of a location, and those that look into one directory after the other."""
    yield "    error_page 403 500 = @missing;"
    yield from _try(number, objects, 0)
    yield "  }"
    for step in range(1, len(objects)):
        yield f"  location @objects_{number}_{step} {{"
        yield "    error_page 403 500 = @missing;"
        yield from _try(number, objects, step)
        yield "  }"


def _try(number: str, objects: Sequence[str], step: int) -> Iterator[str]:
    if not objects:
        yield "    try_files /nothing @missing;"
        return
    then = f"@objects_{number}_{step + 1}" if step + 1 < len(objects) else "@missing"
    yield f"    root {quoted(objects[step])}; try_files /objects/$object {then};"


def _fallback(site: Site) -> Iterator[str]:
    yield "  location @missing {"
    yield "    rewrite ^ /missing break;"
    yield f"    proxy_pass http://unix:{site.fallback}:;"
    yield "    proxy_pass_request_headers off; proxy_pass_request_body off;"
    yield "    proxy_set_header Origin-Label $origin; proxy_set_header Object $object;"
    yield "    proxy_set_header Computer $remote_addr; proxy_http_version 1.0;"
    # What is fetched from far away takes its time.
    yield "    proxy_connect_timeout 10s; proxy_read_timeout 3600s; proxy_max_temp_file_size 0;"
    yield "    proxy_next_upstream off; error_page 502 504 = @again;"
    yield "  }"
    # Computers try again after 500, and after nothing else.
    yield "  location @again { return 500; }"
    for label, directory in site.kept.items():
        yield f'  location ~ "^/{KEPT}/{re.escape(label)}/{_OBJECTS}$" {{'
        yield f"    internal; set $origin {quoted(label)}; set $object $1/$2;"
        # It was there a moment ago.
        yield f"    root {quoted(directory)}; try_files /objects/$object =500;"
        yield "  }"
