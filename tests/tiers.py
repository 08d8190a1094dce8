"""Which tests are for which run: `packaging/test` says what the tiers are for."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

BEYOND = "beyond"
TIERS = ("fast", "gate", "thorough", BEYOND)
"""Each has all that those before it have; but the last, which has what ``thorough`` has and the
gate has not.
"""

MARKERS = {
    "devices": "has block devices; those with the fixture `devices` are marked by that",
    "packages": "builds packages of Satchel",
    "kills": "kills jobs, or pulls their drive out, at many moments",
    "slow": "takes long for another reason",
    "thorough": "one of many combinations of which the gate tries each part",
}
_DEVICES = {"devices", "system_bus"}
_NOT_FAST = ("devices", "packages", "kills", "slow")
WHOLE = (
    "tests/cli/test_completion.py",
    "tests/cli/test_contract.py",
    "tests/cli/test_outputs.py",
    "tests/media/",
    "tests/rehearsing/",
    "tests/resolving/",
    "tests/ui/apps/test_start_view.py",
    "tests/ui/apps/test_thousands.py",
    "tests/ui/apps/test_your_choice.py",
    "tests/ui/contents/",
    "tests/ui/settings/",
    "tests/ui/test_done.py",
    "tests/ui/test_follows_settings.py",
    "tests/ui/test_keys.py",
    "tests/ui/test_opening.py",
    "tests/ui/test_review.py",
    "tests/ui/test_saved_choices.py",
    "tests/ui/test_start.py",
)
"""What goes through all of the window, many commands or real clients: each quick, together half of
the time of all that is not slow.
"""

SAMPLED = {
    "tests/cli/test_completion.py::test_files_and_directories": 2,
    "tests/cli/test_drive_verbs.py::test_format_refuses_without_writing": 2,
    "tests/cli/test_drive_verbs.py::test_format_wants_the_name_typed": 2,
    "tests/cli/test_outputs.py::test_a_terminal_asks_and_shows_a_bar": 2,
    "tests/cli/test_outputs.py::test_a_verdict_that_cannot_be_written_is_none": 2,
    "tests/cli/test_outputs.py::test_no_means_no": 2,
    "tests/cli/test_outputs.py::test_nobody_reads_to_the_end": 2,
    "tests/cli/test_stopping.py::test_it_is_heard_while_the_program_begins": 3,
    "tests/cli/test_syntax.py::test_help_of_a_verb_needs_no_other": 4,
    "tests/cli/test_undescribed.py::test_apps_that_no_catalogue_describes_are_found": 2,
    "tests/drive/test_filesystem_advice.py::"
    "test_a_large_object_is_refused_by_the_name_of_its_app": 2,
    "tests/drive/test_udisks.py::test_a_busy_drive_names_who_holds_it": 2,
    "tests/flatpak/test_filters.py::test_a_filter_hides_what_flatpak_hides": 3,
    "tests/ostree/pull/test_lies.py::test_bytes_that_are_always_wrong": 4,
    "tests/ostree/pull/test_lies.py::test_bytes_that_are_wrong_once": 4,
    "tests/ostree/pull/test_servers.py::test_what_cannot_be_gone_on_with_comes_from_its_start": 3,
    "tests/ostree/test_form.py::test_rubbish": 3,
    "tests/ostree/test_fsck.py::test_damage": 4,
    "tests/resolving/test_kept_by_flatpak.py::test_of_each_installation": 2,
    "tests/resolving/test_kept_by_flatpak.py::test_what_the_key_has_not_signed_is_nobodys_word": 2,
    "tests/resolving/test_resolve.py::test_what_can_go_wrong": 2,
    "tests/stick/changing/test_full_drive.py::test_a_dry_run_says_that_an_update_does_not_fit": 2,
    "tests/stick/changing/test_remove.py::test_refs_that_a_power_cut_has_emptied": 2,
    "tests/stick/clients/test_needs.py::test_the_script_says_the_same": 3,
    "tests/stick/clients/test_needs.py::test_where_nothing_is_set": 2,
    "tests/stick/clients/test_needs.py::test_without_a_variable_that_says_where_home_is": 2,
    "tests/stick/clients/test_places.py::test_several_architectures": 4,
    "tests/stick/clients/test_ways.py::test_every_kind_of_upstream": 3,
    "tests/stick/clients/test_ways.py::test_sideload": 2,
    "tests/stick/extra_data/test_making.py::test_what_cannot_be_had_is_left_out": 3,
    "tests/stick/hostile/test_back_in_time.py::test_new_signatures_of_old_commits": 2,
    "tests/stick/hostile/test_bad_answers.py::test_endless": 2,
    "tests/stick/hostile/test_bad_answers.py::test_hanging_server_can_be_left": 2,
    "tests/stick/hostile/test_forged.py::test_file_of_another_size": 2,
    "tests/stick/hostile/test_forged.py::test_hostile_names_in_trees": 2,
    "tests/stick/hostile/test_forged.py::test_wrong_commit": 3,
    "tests/stick/hostile/test_tampered.py::test_tampered": 2,
    "tests/stick/hostile/test_tampered.py::test_tampered_object": 3,
    "tests/stick/images/test_damage.py::test_a_repair_writes_the_lists_of_the_layout": 2,
    "tests/stick/images/test_damage.py::test_no_prune_frees_what_nothing_names_any_more": 2,
    "tests/stick/images/test_refused.py::test_a_registry_that_is_in_trouble_is_away": 2,
    "tests/stick/images/test_refused.py::test_an_app_that_is_not_handed_out_is_named": 3,
    "tests/stick/images/test_refused.py::"
    "test_an_update_that_needs_what_is_not_handed_out_stays_away": 2,
    "tests/stick/images/test_refused.py::test_what_is_there_stays_as_it_is": 3,
    "tests/stick/images/test_refused.py::test_what_would_come_along_is_left_out": 3,
    "tests/stick/interrupted/test_estimate.py::test_room_that_the_rest_takes": 2,
    "tests/stick/interrupted/test_estimate.py::test_what_is_left_after_a_kill": 4,
    "tests/stick/interrupted/test_full.py::test_full_at_any_moment": 4,
    "tests/stick/interrupted/test_in_use.py::test_locked_by_another_program": 2,
    "tests/stick/interrupted/test_killed.py::test_killed": 5,
    "tests/stick/remotes/test_damaged.py::test_refs_that_a_power_cut_has_emptied": 2,
    "tests/stick/remotes/test_lost_lists.py::"
    "test_a_repair_without_upstream_brings_the_apps_back": 2,
    "tests/stick/remotes/test_nothing_tells.py::test_not_after_repairs_either": 2,
    "tests/stick/test_after_fsck.py::test_make_gets_over_it": 2,
    "tests/stick/test_checksums.py::test_one_was_changed": 2,
    "tests/stick/test_damage_around.py::test_journal_is_left": 3,
    "tests/stick/test_damage_config.py::test_clients_refuse_it": 2,
    "tests/stick/test_damage_forms.py::test_flatpak_installs_the_forgery_and_we_tell": 2,
    "tests/stick/test_damage_lists.py::test_copy_is_badly_signed": 2,
    "tests/stick/test_damage_lists.py::test_copy_is_tampered_with": 2,
    "tests/stick/test_damage_lists.py::test_index_beside_the_summary": 2,
    "tests/stick/test_damage_lists.py::test_sub_summary_is_another": 2,
    "tests/stick/test_damage_lists.py::test_summary_cannot_be_read": 2,
    "tests/stick/test_damage_lists.py::test_summary_says_something_else": 2,
    "tests/stick/test_damage_objects.py::test_bit_of_a_file": 2,
    "tests/stick/test_damage_objects.py::test_object_is_not_what_it_should_be": 4,
    "tests/stick/test_damage_refs.py::test_unsafe_collection": 2,
    "tests/stick/test_damage_refs.py::test_unsafe_ref": 2,
    "tests/stick/test_damage_signatures.py::test_signatures_cannot_be_read": 2,
    "tests/stick/test_delivery.py::test_an_extension_is_left_out": 3,
    "tests/stick/test_detached.py::test_another_drive_in_its_place": 4,
    "tests/stick/test_foreign.py::test_at_the_top_of_the_repository": 3,
    "tests/stick/test_forged_lists.py::test_copies": 2,
    "tests/stick/test_forged_lists.py::test_metadata_says_it_twice": 2,
    "tests/stick/test_forgotten_refs.py::test_a_repair_brings_them_back_without_upstream": 4,
    "tests/stick/test_forgotten_refs.py::test_what_stays_of_them_is_foreseen": 6,
    "tests/stick/test_installable.py::test_a_commit_that_flatpak_does_not_take_as_it_is": 4,
    "tests/stick/test_installable.py::test_a_file_of_a_mode_that_flatpak_takes_or_not": 2,
    "tests/stick/test_links.py::test_a_file_in_place_of_a_directory": 2,
    "tests/stick/test_links.py::test_a_link_in_place_of_a_directory": 8,
    "tests/stick/test_links.py::test_something_else_in_place_of_a_file": 4,
    "tests/stick/test_links.py::test_something_else_in_place_of_an_object": 2,
    "tests/stick/test_lists.py::test_long_lines_are_read_at_once": 3,
    "tests/stick/test_modes.py::test_what_nobody_else_can_read": 4,
    "tests/stick/test_ostree_clients.py::test_pulled_from_a_path": 2,
    "tests/stick/test_others_damage.py::test_damage_of_another_app": 8,
    "tests/stick/test_places.py::test_a_forgery_in_another_place": 2,
    "tests/stick/test_places.py::test_a_link_that_leads_off_the_drive": 4,
    "tests/stick/test_promise.py::test_a_lie_is_told_from_the_truth": 14,
    "tests/stick/test_promise.py::test_an_empty_directory_that_a_copy_lacks": 2,
    "tests/stick/test_promise.py::test_nobody_is_warned_of_a_good_stick": 4,
    "tests/stick/test_random_harm.py::test_a_repair_makes_it_sound": 60,
    "tests/stick/test_random_harm.py::test_what_is_called_sound_installs": 60,
    "tests/stick/test_repair.py::test_signatures_lists_and_kit": 2,
    "tests/stick/test_repair.py::test_what_the_repair_of_a_file_system_leaves": 2,
    "tests/stick/test_repair_amounts.py::test_of_a_source_whose_list_gets_newer": 2,
    "tests/stick/test_repair_hints.py::test_without_its_source": 4,
    "tests/stick/test_rotation.py::test_keys_behind_an_address": 2,
    "tests/stick/test_rotation.py::test_the_list_hands_out_a_key": 2,
    "tests/stick/test_sharing.py::test_otherwise_it_stays_its_makers": 2,
    "tests/stick/test_under_way.py::test_a_journal_excuses_nothing": 4,
    "tests/stick/test_vouching.py::test_what_is_remembered_may_be_damaged": 2,
    "tests/test_demo_remote.py::test_apps_run": 4,
    "tests/test_schema.py::test_files_that_were_made_to_be_read_badly": 2,
    "tests/test_upstream_fixtures.py::test_every_kind_of_summary_serves_a_real_client": 3,
    "tests/ui/test_accessible.py::test_escape_closes_a_dialog": 6,
    "tests/ui/test_accessible.py::"
    "test_every_control_has_a_name_and_is_reached_with_the_tab_key_as_one_reads": 14,
    "tests/ui/test_double_clicks.py::test_a_second_click_begins_nothing": 24,
    "tests/ui/test_double_clicks.py::test_two_clicks_on_review_do_not_write": 6,
    "tests/ui/test_german_large.py::test_nothing_is_cut_off_or_over_the_margin": 2,
    "tests/ui/test_seen.py::test_from_the_right_everything_is_on_the_other_side": 10,
    "tests/ui/test_seen.py::"
    "test_large_text_has_room_and_leaves_the_primary_button_on_the_screen": 10,
    "tests/ui/test_seen.py::test_nothing_is_scrolled_sideways_or_cut_off": 10,
    "tests/ui/test_seen.py::test_texts_and_signs_stand_out": 14,
    "tests/ui/test_start.py::test_without_a_screen_it_says_so": 3,
    "tests/ui/test_translated.py::"
    "test_every_text_is_translated_and_longer_ones_have_room_in_a_small_window": 6,
}
"""Of these all but the thorough run take one of so many cases each.

It is another one each time, and begins elsewhere in every row: cases that are combined from two
lists have something of both, and states that several rows look at are each looked at by some.
"""


def select(tier: str, items: list[pytest.Item]) -> list[pytest.Item]:
    """Leave in ``items`` what is for this tier; returns the others."""
    for item in items:
        if _DEVICES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("devices")
    kept = set(items).difference(_taken("gate", items)) if tier == BEYOND else _taken(tier, items)
    left = [item for item in items if item not in kept]
    items[:] = [item for item in items if item in kept]
    return left


def _taken(tier: str, items: Sequence[pytest.Item]) -> set[pytest.Item]:
    taken = [item for item in items if _is_for(tier, item)]
    return set(taken if tier == "thorough" else _sample(taken))


def _sample(items: Sequence[pytest.Item]) -> Iterator[pytest.Item]:
    names = [item.nodeid.partition("[")[0] for item in items]
    cases = Counter(names)
    numbers: Counter[str] = Counter()
    for item, name in zip(items, names, strict=True):
        if _is_taken(name, numbers[name], cases[name]):
            yield item
        numbers[name] += 1


def _is_taken(name: str, number: int, cases: int) -> bool:
    """Whether the case ``number`` of a row of so many ``cases`` is in its sample."""
    each = SAMPLED.get(name, 1)
    if cases < 2 * each:
        # Few, perhaps the one that somebody asked for.
        return number == 0
    turn, place = divmod(number, each)
    return place == (turn + zlib.crc32(name.encode())) % each


def _is_for(tier: str, item: pytest.Item) -> bool:
    if item.get_closest_marker("thorough"):
        return tier == "thorough"
    if tier != "fast":
        return True
    slow = any(map(item.get_closest_marker, _NOT_FAST))
    return not slow and not item.nodeid.startswith(WHOLE)
