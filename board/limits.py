"""Every bound of the project, in one place.

A name ends in its unit: ``_max`` alone counts things, ``_bytes_max`` bytes, ``_chars_max``
Unicode code points, ``_s`` seconds, ``_ms`` milliseconds. docs/SPEC.md lists each of them;
a documentation test compares the two.
"""

from typing import Final

# -- numbers and names
INTEGER_MAX: Final = 2**53 - 1  # what every JSON reader can hold
COORDINATE_MAX: Final = 1_000_000.0  # board units, either side of the origin
SIZE_MIN: Final = 8.0  # board units, a node's width or height
SIZE_MAX: Final = 20_000.0
ID_CHARS_MAX: Final = 64
CLIENT_CHARS: Final = 13  # a client's name: 65 bits in base 32
KEY_CHARS_MAX: Final = 48  # a key of the order within a layer

# -- text
TITLE_CHARS_MAX: Final = 200
TEXT_CHARS_MAX: Final = 4_000
LABEL_CHARS_MAX: Final = 120
HREF_CHARS_MAX: Final = 2_000
TAG_CHARS_MAX: Final = 40
TAGS_MAX: Final = 12  # on one node
ALT_CHARS_MAX: Final = 1_000  # what an image shows, in words
COMMENT_CHARS_MAX: Final = 2_000
POINTS_MAX: Final = 512  # of one drawing
POINT_MAX: Final = 10_000  # a point lies in its drawing's box, from 0 to this each way
LANGUAGES_MAX: Final = 24  # of one text
NOTE_CHARS_MAX: Final = 1_000  # of a scene or a step: its note, or what is said of it

# -- a board
LAYERS_MAX: Final = 500
LAYER_DEPTH_MAX: Final = 8
NODES_MAX: Final = 100_000
RELATIONS_MAX: Final = 200_000
COMMENTS_MAX: Final = 10_000  # on one board, answers counted
BOARD_CHARS_MAX: Final = 10_000_000  # of all texts, links and tags on one board together
LINKS_MAX: Final = 200  # share links of one board
SCENES_MAX: Final = 50  # of one board
STEPS_MAX: Final = 50  # of the agenda of one board
TIMER_MS_MAX: Final = 24 * 3600 * 1000  # that a timer can be set to
BOARDS_MAX: Final = 1_000  # in one data folder
ROUNDS_MAX: Final = 100  # rounds of voting of one board
QUESTION_CHARS_MAX: Final = 300  # of a round of voting
VOTES_MAX: Final = 20  # of one person in one round
ROUND_NODES_MAX: Final = 500  # nodes that a round names one by one
VOTERS_MAX: Final = 5_000  # ballots in one round
PRIVATE_SEATS_MAX: Final = 500  # people who write in one private round
PRIVATE_STICKIES_MAX: Final = 50  # of one person in a private round
PRIVATE_CHARS_MAX: Final = 20_000  # of all texts of one person in a private round
SEATS_MAX: Final = 2_000  # of one board, that are remembered
GRANTS_MAX: Final = 200  # seats that one layer names

# -- history kept in the state
TOMBSTONES_MAX: Final = 1_000
TOMBSTONE_THINGS_MAX: Final = 400_000  # layers, nodes, relations, comments in all tombstones
TOMBSTONE_CHARS_MAX: Final = 10_000_000  # of the texts in all tombstones together
UNDO_STEPS_MAX: Final = 200  # of one client; an undo is a step as well
UNDO_CLIENTS_MAX: Final = 1_000  # who can undo: those who submitted last
UNDO_OPS_MAX: Final = 512  # of one step; a larger entry cannot be undone
UNDO_CHARS_MAX: Final = 200_000  # of the texts in all steps of one client
CLIENTS_MAX: Final = 10_000  # whose last n is remembered
SKIPS_MAX: Final = 64  # ranges of refused n, of one client

# -- requests
OPS_MAX: Final = 512  # operations in one submit
IMPORT_OPS_MAX: Final = 400_000  # operations in one import
GATHERED_MAX: Final = 1_000  # nodes that are sorted, clustered or counted at once
PASTE_THINGS_MAX: Final = 1_000  # nodes and relations that one paste makes
PASTE_CHARS_MAX: Final = 400_000  # of text that one paste reads
FRAME_BYTES_MAX: Final = 256 * 1024  # one message from a browser
IMPORT_BYTES_MAX: Final = 64 * 1024 * 1024
ENTRY_BYTES_MAX: Final = 256 * 1024 * 1024  # the body of one entry of the log
READ_BYTES_MAX: Final = 8 * 1024 * 1024  # bodies that one read of the log gives, above its first
COMMIT_APPENDS_MAX: Final = 1_000  # appends that share one commit
ADMIN_BYTES_MAX: Final = 128 * 1024 * 1024  # one request on the admin socket
ADMIN_S: Final = 300  # for one request on the admin socket, and for its answer
PAPER_BYTES_MAX: Final = 2 * 1024 * 1024
BODY_BYTES_MAX: Final = 16 * 1024  # one HTTP request that is neither an import nor an image
BODY_S: Final = 10  # for the body of one HTTP request to arrive
CONNECTIONS_MAX: Final = 3_000  # of one server, sockets and HTTP together

# -- images
IMAGE_BYTES_MAX: Final = 8 * 1024 * 1024  # one image, as it is sent
IMAGE_PIXELS_MAX: Final = 40_000_000  # of one image, as it is sent
IMAGE_SIDE_MAX: Final = 4_096  # pixels, the width or height of an image that is kept
IMAGE_KEPT_BYTES_MAX: Final = 2 * 1024 * 1024  # one image, as it is kept
IMAGE_S: Final = 60  # for one image to arrive
IMAGES_MAX: Final = 1_000  # of one board
IMAGES_BYTES_MAX: Final = 512 * 1024 * 1024  # of all images of one board
IMAGE_UNUSED_S: Final = 7 * 24 * 3600  # after which an image that nothing names may make room
IMAGES_FREE_BYTES_MIN: Final = 256 * 1024 * 1024  # left on the disk, or no image is taken
UPLOADS_MAX: Final = 16  # images that arrive at once, in one server
UPLOADS_MINUTE: Final = 30  # images a minute of one client
FILE_IMAGES_MAX: Final = 200  # that come along in one file of a board
RESULTS_FRAMES_MAX: Final = 200  # whose titles stand beside what lies in them, in results
RESULTS_PICTURES_BYTES_MAX: Final = 64 * 1024 * 1024  # of scenes in results, above the last
FILE_IMAGES_BYTES_MAX: Final = 32 * 1024 * 1024  # of those together
REENCODES_MAX: Final = 2  # images that are made anew at once
REENCODE_S: Final = 20  # of a processor, to make one image anew
REENCODE_BYTES_MAX: Final = 1024 * 1024 * 1024  # of memory, for the same

# -- streams and sockets
CHUNK_NODES: Final = 500  # records in one chunk of a stream
CHUNK_CHARS_MAX: Final = 128 * 1024  # of text in one chunk, above its first record
RING_BYTES_MAX: Final = 1024 * 1024  # recent patches kept for each stream, for resume
RINGS_BYTES_MAX: Final = 32 * 1024 * 1024  # of all streams of one board
WHOLE_BYTES_MAX: Final = 64 * 1024  # small streams sent at once, in the answer to one frame
PATCH_RECORDS_MAX: Final = 2_000  # put or dropped in one stream at once; above, it begins anew
HAVE_MAX: Final = 2_000  # streams named in one hello or follow
INBOX_MAX: Final = 256  # frames of one socket that wait to be decided
INBOX_BYTES_MAX: Final = 512 * 1024  # of those frames together
OUTBOX_BYTES_MAX: Final = 256 * 1024  # above it a socket is parked
OUTBOX_CLEAR_BYTES_MAX: Final = 64 * 1024  # above it no presence is sent, and no chunk
PARKED_BYTES_MAX: Final = 1024 * 1024  # frames that wait for one parked socket
PARKED_S: Final = 30  # then it is closed "slow, resume"
CLOSE_S: Final = 2  # for the closing handshake, then the connection is cut
FRAGMENTS_MAX: Final = 1_000  # of one message
INFLATED_BYTES_MAX: Final = 1024 * 1024  # what compressed messages of one read may come to
DEFLATE_BYTES_MIN: Final = 1_024  # a smaller frame is sent uncompressed
FRAMED_BYTES_MAX: Final = 16 * 1024 * 1024  # framed chunks of a board, kept to be sent again
SOCKETS_MAX: Final = 2_000  # in one server
SOCKETS_BOARD_MAX: Final = 1_000
POST_BYTES_MAX: Final = 257 * 1024  # one request that brings frames, without a websocket
EVENTS_PADDING_BYTES: Final = 4_096  # behind the first event
POLL_S: Final = 20  # for which a poll waits for something to tell
POLL_GATHER_MS: Final = 50  # from the first event of a poll to its answer
POLL_GAP_S: Final = 15  # without a poll, then its connection has ended
HELLO_S: Final = 10  # from the handshake to hello
BEAT_S: Final = 15  # between heartbeats
SILENCE_S: Final = 45  # without any frame, then the socket is closed
RATE_OPS_S: Final = 100  # operations a second of one client, sustained
RATE_OPS_BURST: Final = 1_000
RETRIED_MAX: Final = 1_000  # submits of one session that were sent back and not yet sent again
RATE_FRAMES_S: Final = 60
RATE_FRAMES_BURST: Final = 240
PRESENCE_HZ: Final = 10
PRESENCE_EXPIRES_S: Final = 30
PRESENT_MAX: Final = 60  # people whose cursors are shown; among more, those of facilitators
PRESENCE_THINGS_MAX: Final = 1_000  # nodes named in one presence frame, above its first person's
SELECTED_MAX: Final = 100  # nodes that one person shows as selected
DRAGGED_MAX: Final = 100  # nodes that one person is seen to drag
POINTED_MAX: Final = 8  # points of a pointer's trail in one frame
REACTION_S: Final = 4  # after which a sign that somebody gave is over
REACTIONS_MAX: Final = 30  # people whose signs are told in one presence frame
RATE_SIGNS_S: Final = 0.5  # signs, hands and changes of whom one watches, of one client, sustained
RATE_SIGNS_BURST: Final = 6
HAND_KEPT_S: Final = 60  # a raised hand of somebody who is gone keeps its place
NAME_CHARS_MAX: Final = 40  # of a person
DRAIN_S: Final = 5  # from SIGTERM to the last close

# -- an open board
TURN_MS: Final = 16  # from one batch of a busy board to the next
TURN_OPS_MAX: Final = 2_000  # operations in one batch, above its first request
APPEND_S: Final = 10  # for one append to the log, then its outcome counts as unknown
LOAD_S: Final = 60  # to load a board from the log, or to make one
READ_ENTRIES: Final = 1_000  # of the log, read at once
SNAPSHOT_ENTRIES: Final = 1_000  # from one snapshot of a board to the next
UNUSED_S: Final = 600  # then an open board is let go

# -- questions about a board
SEARCH_CHARS_MAX: Final = 200  # of what is looked for
FOUND_MAX: Final = 50  # hits in one answer
FOUND_COUNT_MAX: Final = 1_000  # hits that are counted
SNIPPET_CHARS_MAX: Final = 160
SEARCH_S: Final = 3  # for one search in the index
DEPTH_MAX: Final = 3  # relations away from a node
NEAR_MAX: Final = 500  # nodes around a node
PATH_MAX: Final = 200  # nodes on a way
RANKED_MAX: Final = 200  # nodes with most relations, and as many without
GROUPED_NODES_MAX: Final = 2_000  # related nodes on a board that is parted into groups
GROUPED_RELATIONS_MAX: Final = 10_000
GROUPS_MAX: Final = 50
RATE_ASKS_S: Final = 5  # questions a second of one client, sustained
RATE_ASKS_BURST: Final = 20
ASKS_MAX: Final = 4  # of one session, without an answer yet
ASKS_BOARD_MAX: Final = 100
SEAT_READINGS_MAX: Final = 8  # sets of layers read by seat alone whose index a board keeps
GLEANED_MAX: Final = 50_000  # changes that are kept for the next question; above, all is read anew

# -- votes
RATE_VOTES_S: Final = 5  # ballots a second of one client, sustained
RATE_VOTES_BURST: Final = 30
TALLY_HZ: Final = 4  # times a second that a tally is told, at most

# -- access
TICKET_S: Final = 600
TICKET_USES_S: Final = 60  # tickets a minute that fail, of one address
ADDRESSES_MAX: Final = 10_000  # whose failures are remembered
CODE_CHARS: Final = 6  # of a join code
CODE_S: Final = 12 * 3600  # for which a join code is good, from when it was last asked for
CODES_MAX: Final = 1_000  # join codes of one server
CODES_BOARD_MAX: Final = 20  # of one board
CODE_TRIES_MINUTE: Final = 30  # wrong join codes a minute of one address; then none is read
TOKEN_BITS: Final = 160  # of a share link's HMAC
TOKEN_CHARS_MAX: Final = 128  # of a share link's token, as it is sent
SECRET_CHARS_MIN: Final = 22  # of the secret that a browser tab keeps: 128 bits in base 64
SECRET_CHARS_MAX: Final = 128

# -- pages
PAGES_KEPT_MAX: Final = 16  # rendered pages of public boards, kept until the board changes
EXPORTS_MAX: Final = 8  # exports of boards that are made or sent at once, in one server
EXPORT_S: Final = 120  # for one export to be taken, and to wait for its turn
IMPORT_S: Final = 120  # for a file that a board is made of to arrive over HTTP
THUMBNAIL_NODES_MAX: Final = 400  # drawn whole in a thumbnail; more are drawn as boxes
THUMBNAIL_BOXES_MAX: Final = 4_000  # in one thumbnail
THUMBNAIL_CHARS_MAX: Final = 400_000  # of a thumbnail that is drawn whole
THUMBNAILS_KEPT_MAX: Final = 200  # kept until their boards change
THUMBNAILS_CHARS_MAX: Final = 16_000_000  # of those together
