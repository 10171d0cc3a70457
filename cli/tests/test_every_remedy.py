"""Every command that a message tells a person to type is typed by a test, or stands here with why it can't be."""

from __future__ import annotations

from pathlib import Path

from printed_commands import Printed, printed_commands

ROOT = Path(__file__).parents[2]

REFERENCE = "test_predictions_that_changed_are_accepted"
NO_ROWS = "test_a_project_without_rows_gets_some"
BROKEN = "test_a_broken_reference_file_is_written_anew"
FIX = "test_a_missing_row_independent_is_written"
NAMES = "test_columns_get_their_names_from_rows"
NEEDS_FILE = "test_refit_says_which_file_it_needs"
CODE_ALONE = "test_code_alone_is_refitted_after_its_change"
UNFIT = "test_a_model_that_fails_on_its_rows_is_taken_in_before_it_is_served"
HELP = "test_help_is_there_where_it_is_said_to_be"
NEXT = "test_the_next_steps_of_init_work"
SERVED = "test_a_service_that_is_not_there_is_started"
NEW_FILE = "test_a_missing_file_is_taken_of_a_new_project"
MODULE = "test_a_missing_module_is_installed_by_the_name_of_its_package"
R_PACKAGE = "test_a_missing_r_package_has_a_source_that_has_it"
INSTALLS = "test_what_an_environment_lacks_is_named_with_the_command_that_installs_it"
CLIENT = "test_the_file_of_a_client_is_where_the_command_says"
ELSEWHERE = "test_a_project_is_fixed_from_another_folder"
COMPOSE = "test_the_template_runs_what_was_built_last"
KEY = "test_keys_are_made_shown_and_revoked_as_messages_say"
EXTRAS = "test_an_extra_comes_from_a_folder_of_wheels_and_goes_again"
SWEPT = "test_it_is_said_which_run_of_a_sweep_goes_on"
RESUMED = "test_a_failed_training_goes_on_where_it_stopped"
WORKFLOWS = "test_another_load_data_alone_trains_on_other_data"
CONTROL = "test_programs_get_to_the_control_service_as_it_says"
VERSIONS = "test_versions_are_kept_as_messages_say"
DATA = "test_a_file_is_kept_shown_and_compared_as_it_says"
ADDED = "test_a_dataset_that_is_not_there_is_added_as_the_message_says"
MADE = "test_what_a_task_makes_becomes_a_version_of_a_dataset"
LINEAGE = "test_everything_leads_to_everything"
CALIBRATED = "test_a_calibration_shows_what_fits_and_how_sure_it_is"
SIMULATED = "test_an_experiment_goes_as_its_messages_say"
FEATURES = "test_features_go_as_their_messages_say"
SCHEDULED = "test_a_schedule_goes_as_its_messages_say"
WORKSPACE = "test_a_workspace_goes_as_its_messages_say"
DEPLOY = "test_an_environment_goes_as_its_messages_say"
GATES = "test_a_version_comes_in_through_its_gates_once_it_is_approved"
COMPARED = "test_a_worse_shadow_is_found_out_and_goes_while_nobody_notices"
BACKUP = "test_a_project_comes_back_from_a_machine_that_is_gone"
UPGRADED = "test_what_an_earlier_anops_has_kept_is_brought_up_to_date"
MONITORED = "test_a_model_is_watched_as_the_messages_say"
MATURITY = "test_a_project_shows_what_it_has"
DEPLOY_MENDED = "test_what_was_changed_by_hand_or_has_died_is_found_and_mended"
ROWS = "test_rows_come_from_a_file_or_a_database"

FOLLOWED = {
    "anops_model_interface/absent_columns.py": {"ao refit --data FILE.csv": NAMES},
    "anops_worker/pickle_failures.py": {"<install_command>": MODULE, "<missing_remedy>": MODULE},
    "anops_worker/pandas_here.py": {"<install_command>": MODULE},
    "anops_worker/saved_versions.py": {"<install_command>": MODULE},
    "anops_worker/python_model.py": {"<missing_remedy>": MODULE},
    "anops_project/packages.py": {"<install_command>": MODULE, "<install_line>": INSTALLS},
    "anops_project/recorded.py": {"ao refit": "test_a_model_file_that_was_replaced_is_taken_in"},
    "anops_project/reference.py": {"ao check --accept-predictions": BROKEN},
    "anops_worker/reproduce.py": {"ao check --accept-predictions": BROKEN, "ao refit": UNFIT},
    "anops_worker/runtime.py": {"<install_command>": INSTALLS},
    "anops_worker/trial.py": {
        "ao check": UNFIT,
        "ao check --data FILE.csv --accept-predictions": "test_a_model_that_predicts_no_made_up_row_gets_real_ones",
        "ao refit": UNFIT,
    },
    "anops_model_service/worker_process.py": {"ao check --data FILE.csv --accept-predictions": NO_ROWS},
    "anops/R/http.R": {"ao serve": SERVED},
    "ao/building/report.py": {"{}={} docker compose up": COMPOSE},
    "anops_control/building/dockerfile.py": {"<take_new>": NEW_FILE},
    "ao/check_report.py": {
        "ao check --verbose": "test_folded_notes_are_shown",
        "ao serve": "test_a_ready_project_is_served_from_another_folder",
    },
    "anops_control/checking.py": {"ao check --list": HELP},
    "anops_control/verbs/check.py": {
        "ao check --list": HELP,
        "ao check {} --accept-predictions": "test_rows_are_accepted_with_the_words_of_how_they_are_written",
    },
    "ao/commands/client.py": {
        'install.packages("{}", repos = NULL, type = "source")': CLIENT,
        "python3 -m pip install {}": CLIENT,
    },
    "anops_control/verbs/init.py": {
        "ao init --model FILE": "test_init_says_what_it_needs",
        "ao init my-project --lang r": "test_init_says_what_it_needs",
        "ao init my-series --lang r --example series": "test_the_example_is_fitted_again_with_further_data",
    },
    "ao/commands/init.py": {"ao refit --data FILE.csv": NAMES},
    "ao/commands/control.py": {
        "ao control --port 0": "test_a_taken_port_of_the_control_service_is_told",
        'curl -H "Authorization: Bearer $(cat {})" {}/v1/projects': CONTROL,
    },
    "ao/commands/data/add.py": {"ao data show {}": DATA},
    "ao/commands/data/list.py": {"ao data add FILE": DATA},
    "anops_control/datasets/finding.py": {"ao data add FILE": DATA},
    "anops_control/verbs/data/diff.py": {"ao data add FILE": DATA},
    "anops_control/verbs/data/add.py": {
        "ao data add FILE": ROWS,
        "ao data add --name NAME --database ADDRESS --query SQL": ROWS,
    },
    "anops_control/datasets/port.py": {"ao extra add data": "test_without_the_extra_the_line_that_adds_it_is_printed"},
    "anops_control/monitoring/port.py": {
        "ao extra add monitoring": "test_without_the_extra_the_line_that_adds_it_is_printed"
    },
    "anops_control/rules/features.py": {"ao features get {} --rows FILE --to FILE": FEATURES},
    "anops_control/monitoring/log_rows.py": {
        "ao monitor outcomes FILE.csv": "test_outcomes_of_a_file_are_kept_once_and_unknown_ones_are_named"
    },
    "ao/commands/monitor/alerts.py": {"ao monitor incidents": "test_an_incident_is_told_once"},
    "anops_control/promoting/holding.py": {"ao model hold {}{} --release": "test_what_is_held_is_not_promoted"},
    "anops_model_interface/feature_store.py": {"ao features materialize {}": FEATURES},
    "anops_monitoring/baseline.py": {"ao monitor baseline FILE.csv": MONITORED},
    "ao/commands/monitor/status.py": {"ao monitor baseline FILE.csv": MONITORED},
    "ao/commands/monitor/baseline.py": {"ao monitor report": MONITORED},
    "anops_experiments/services/clusters.py": {
        "ao extra add workspaces": "test_without_the_extra_the_line_that_adds_it_is_printed",
        "ao workspace status {}": WORKSPACE,
    },
    "anops_control/features/port.py": {
        "ao extra add features": "test_without_the_extra_the_line_that_adds_it_is_printed"
    },
    "ao/commands/features/define.py": {"ao features materialize {}": FEATURES},
    "ao/commands/features/get.py": {"ao features materialize {}": FEATURES},
    "ao/commands/features/show.py": {"ao features define --help": FEATURES},
    "anops_control/scheduling/port.py": {
        "ao extra add schedules": "test_without_the_extra_the_line_that_adds_it_is_printed"
    },
    "anops_control/verbs/schedule/history.py": {"ao schedule history": SCHEDULED},
    "anops_schedules/adapter.py": {"ao schedule stop": "test_one_runner_runs_them_and_is_stopped_with_its_runs"},
    "ao/commands/schedule/list.py": {
        "ao schedule list --help": "test_without_a_schedule_the_help_shows_one",
        "ao schedule start": SCHEDULED,
    },
    "ao/commands/schedule/run.py": {"ao schedule history --run {}": "test_a_run_that_fails_says_so_and_keeps_its_log"},
    "anops_control/workspaces/port.py": {
        "ao extra add workspaces": "test_without_the_extra_the_line_that_adds_it_is_printed"
    },
    "anops_control/deploying/applying.py": {"ao deploy down {}": DEPLOY},
    "anops_control/deploying/planning.py": {"ao deploy plan {}": DEPLOY},
    "anops_control/maturity/levels.py": {
        "ao build": COMPOSE,
        "ao check --accept-predictions": BROKEN,
        "ao ci init --github": MATURITY,
        "ao deploy apply {}": DEPLOY,
        "ao model promote MODEL --data FILE": VERSIONS,
        "ao model register": VERSIONS,
        "ao model register --run RUN": VERSIONS,
        "ao schedule start": SCHEDULED,
        "ao train": RESUMED,
    },
    "anops_control/deploying/record.py": {"ao deploy apply {}": DEPLOY, "ao upgrade": UPGRADED},
    "anops_control/deploying/providers/kubernetes.py": {"ao key add NAME": KEY},
    "anops_control/deploying/entering.py": {"ao deploy apply {}": DEPLOY, "ao deploy promote {} --to {}": GATES},
    "anops_control/deploying/promotions.py": {
        "ao deploy status {}": GATES,
        "ao key add {} --scope approve --file {}": GATES,
    },
    "anops_control/verbs/deploy/approve.py": {"ao deploy promote {} --to {}": GATES},
    "ao/commands/deploy/approve.py": {"ao deploy status {}": GATES},
    "anops_control/verbs/deploy/compare.py": {"ao deploy apply {}": COMPARED},
    "ao/commands/deploy/compare.py": {"ao deploy compare {} --apply": COMPARED},
    "anops_control/rollouts/judging.py": {"ao monitor outcomes": MONITORED},
    "anops_control/backups/archive.py": {"ao backup": BACKUP},
    "anops_control/verbs/restore.py": {"ao backup": BACKUP, "ao deploy down {}": DEPLOY},
    "ao/commands/backup.py": {"ao restore {} --to DIR": BACKUP},
    "ao/commands/restore.py": {"ao deploy status": DEPLOY, "ao upgrade": UPGRADED},
    "anops_model_interface/log_file.py": {"ao upgrade": UPGRADED},
    "ao/commands/deploy/promote.py": {"ao deploy status {}": DEPLOY_MENDED, "ao deploy approve {}": GATES},
    "anops_control/deploying/providers/compose.py": {"ao deploy down {}": DEPLOY, "ao deploy apply {}": DEPLOY},
    "ao/commands/deploy/apply.py": {"ao deploy status {}": DEPLOY_MENDED},
    "ao/commands/deploy/down.py": {"ao deploy down {}": DEPLOY},
    "ao/commands/deploy/plan.py": {"ao deploy apply {} --plan {}": DEPLOY},
    "ao/commands/deploy/rollback.py": {"ao deploy status {}": DEPLOY_MENDED},
    "anops_workspaces/adapter.py": {
        "ao workspace down {}": WORKSPACE,
        "ao workspace scale {} --max-workers N": WORKSPACE,
        "ao workspace up {}": WORKSPACE,
    },
    "anops_workspaces/providers/azure.py": {
        "ao workspace up {} --provider NAME --dry-run": "test_each_stage_is_shown_and_nothing_done"
    },
    "anops_workspaces/state.py": {"ao workspace up {}": WORKSPACE},
    "ao/commands/workspace/down.py": {"ao workspace down {}": WORKSPACE},
    "ao/commands/workspace/list.py": {"ao workspace up dev": WORKSPACE},
    "ao/commands/workspace/scale.py": {"ao workspace scale": WORKSPACE},
    "ao/commands/workspace/status.py": {"ao workspace down {}": WORKSPACE, "ao workspace up {}": WORKSPACE},
    "ao/commands/workspace/up.py": {"ao sim run NAME --workspace {}": WORKSPACE},
    "ao/commands/refit.py": {"ao check": CODE_ALONE},
    "ao/commands/run.py": {"ao run --help": HELP},
    "ao/tasks/debugging.py": {"ao run TASK --debug": "test_a_task_is_debugged_by_the_command_that_runs_it"},
    "anops_control/tasks/graph.py": {"ao data add FILE --name {}": ADDED},
    "anops_control/tasks/datasets.py": {"ao data remove {} --version {}": MADE},
    "anops_control/tasks/failing.py": {"ao data add FILE --name NAME --accept": MADE},
    "anops_control/lineage/naming.py": {"ao lineage {}": LINEAGE, "ao runs list": VERSIONS},
    "anops_control/verbs/run.py": {"ao run": HELP, "ao run --help": HELP, "ao run {}": HELP},
    "anops_control/configuration/locating.py": {
        "ao init --model FILE": "test_a_model_that_is_not_there_and_a_folder_that_is_no_project"
    },
    "ao/elsewhere.py": {
        "ao check {0}": ELSEWHERE,
        "ao refit --project {0}": NEEDS_FILE,
        "cd {0} &&": "test_a_ready_project_is_served_from_another_folder",
    },
    "anops_control/environment.py": {
        "ao extra add {}": "test_an_installation_without_what_loads_models_says_which_extra",
        "<install_command>": INSTALLS,
        "<install_line>": INSTALLS,
    },
    "anops_control/extras/known.py": {"ao extra list": EXTRAS},
    "anops_control/tracking/fetching.py": {"ao model register": VERSIONS},
    "anops_control/tracking/finding.py": {
        "ao model list": VERSIONS,
        "ao model promote {}/1 --alias {}": VERSIONS,
        "ao model register": VERSIONS,
    },
    "anops_control/promoting/promotion.py": {"ao model show {}": VERSIONS},
    "anops_control/tracking/looking.py": {"ao runs list": VERSIONS},
    "anops_control/verbs/model/register.py": {"ao runs list": VERSIONS},
    "anops_control/verbs/model/remove.py": {
        "ao model demote {}": VERSIONS,
        "ao model remove {} --all-versions": VERSIONS,
    },
    "anops_control/verbs/model/rollback.py": {"ao model list {}": VERSIONS},
    "ao/commands/model/list.py": {"ao model register": VERSIONS},
    "ao/commands/model/register.py": {"ao serve {}": "test_a_moved_alias_is_taken_over"},
    "ao/commands/extra/list.py": {"ao extra add {}": EXTRAS},
    "anops_control/init/example.py": {
        "<install_command>": "test_an_example_without_its_packages_tells_to_install_them_first"
    },
    "anops_control/init/intake.py": {
        "ao init --model FILE": "test_a_model_that_is_not_there_and_a_folder_that_is_no_project",
        "ao init --model {}": "test_a_script_is_no_model",
    },
    "anops_control/init/making.py": {
        "ao init DIR --model FILE": "test_a_project_that_is_there_takes_the_new_model_in_or_stays_alone",
        "ao refit FILE": "test_a_project_that_is_there_takes_the_new_model_in_or_stays_alone",
        "ao run train": "test_an_example_without_its_packages_tells_to_install_them_first",
    },
    "ao/init/next_steps.py": {
        "ao check": NEXT,
        "ao predict FILE.csv": SERVED,
        "ao predict tests/example.csv": NEXT,
        "ao serve": NEXT,
        "cd {}": NEXT,
        "curl http://127.0.0.1:{}/predict {}": NEXT,
        "curl http://127.0.0.1:{}/forecast {}": NEXT,
    },
    "anops_control/init/outside.py": {"ao check --data FILE.csv --accept-predictions": NO_ROWS},
    "ao/lazy_commands.py": {"ao {}": HELP},
    "anops_control/new_files.py": {'new=$(mktemp -d) && ao init "$new" --lang {} --name example': NEW_FILE},
    "anops_control/predicting/client.py": {"ao serve": SERVED, "ao key add": KEY},
    "anops_api_service/explaining/explained.py": {"ao check --data FILE.csv --accept-predictions": NO_ROWS},
    "anops_control/predicting/right_model.py": {"ao serve": "test_the_service_of_another_model_is_told_from_the_own"},
    "anops_control/refitting/family.py": {
        "ao init DIR --model {}": "test_code_with_a_persons_changes_stays_and_says_what_to_do"
    },
    "anops_control/refitting/refitting.py": {
        "ao refit": "test_code_alone_is_refitted_after_its_change",
        "ao refit FILE": NEEDS_FILE,
    },
    "anops_control/refitting/renewing_series.py": {
        "ao refit{} --last TIME": "test_a_series_without_dates_is_trained_and_refitted_with_what_is_said_of_them",
    },
    "anops_control/rules/agreement.py": {"ao check --fix": "test_the_ranges_of_the_fit_are_written"},
    "anops_control/rules/schema.py": {"ao refit": "test_a_model_file_that_was_replaced_is_taken_in"},
    "anops_control/rules/image_files.py": {"<take_new>": NEW_FILE},
    "anops_control/rules/independence.py": {"ao check --fix": FIX},
    "anops_control/rules/lint_python.py": {"<install_command>": INSTALLS},
    "anops_control/rules/lint_r.py": {"<install_package>": R_PACKAGE},
    "anops_control/rules/packages_python.py": {"<install_command>": INSTALLS},
    "anops_control/rules/packages_r.py": {"<install_package>": R_PACKAGE},
    "anops_control/rules/predictions.py": {
        "ao check --accept-predictions": REFERENCE,
        "ao check --data FILE.csv --accept-predictions": NO_ROWS,
    },
    "anops_control/rules/structure.py": {"ao run": HELP},
    "anops_control/rules/tests_python.py": {"<install_command>": INSTALLS},
    "anops_control/rules/tests_r.py": {"<install_package>": R_PACKAGE},
    "ao/serving/announcing.py": {
        "ao predict FILE.csv{}": SERVED,
    },
    "anops_control/serving/same_columns.py": {"ao refit": UNFIT},
    "anops_api_service/access.py": {"ao key add NAME --file keys.toml": KEY},
    "anops_control/access/keys.py": {
        "ao key add": KEY,
        "ao key add NAME": KEY,
        "ao key list": KEY,
        "ao key revoke": KEY,
        "ao key revoke {}": KEY,
    },
    "anops_control/serving/door.py": {
        "ao key add NAME": KEY,
        "ao serve --host {} --allow-anyone": "test_other_computers_are_let_in_by_keys_or_by_saying_so",
    },
    "anops_control/building/published.py": {"ao key add NAME": KEY},
    "anops_model_service_r/r/anopsruntime/R/predict.R": {"ao refit FILE": NEEDS_FILE},
    "anops/R/remote.R": {"ao key add": KEY},
    "anops_http/access/key_file.py": {"ao key add": KEY},
    "anops_http/access/refusals.py": {"ao key add": KEY, "ao key list": KEY},
    "anops_control/training/planning.py": {"ao train --seed 1": "test_a_trained_model_becomes_the_projects"},
    "anops_control/training/python_steps/kept.py": {"ao train": RESUMED},
    "anops_control/training/python_steps/workflow.py": {"ao train --workflow {}": WORKFLOWS},
    "anops_control/training/r_steps/kept.R": {"ao train": RESUMED},
    "anops_control/training/r_steps/workflow.R": {"ao train --workflow": WORKFLOWS},
    "anops_control/training/resuming.py": {"ao train --resume {}": SWEPT},
    "anops_control/training/running.py": {"ao train --resume": RESUMED, "ao train --resume {}": SWEPT},
    "anops_control/training/runs.py": {"ao train": RESUMED},
    "anops_control/experiments/going.py": {"ao sim resume {}": SIMULATED},
    "anops_control/experiments/port.py": {"ao extra add experiments": EXTRAS},
    "anops_experiments/adapter.py": {"ao extra add experiments": EXTRAS, "ao sim run {}": SIMULATED},
    "anops_experiments/conducting.py": {
        "ao workspace up {} && ao sim resume {} --workspace {}": WORKSPACE,
        "ao sim resume {}": SIMULATED,
    },
    "anops_control/verbs/sim/calibrate.py": {"ao sim calibrate {}": CALIBRATED},
    "anops_experiments/store.py": {"ao sim cancel {}": SIMULATED},
    "ao/commands/sim/cancel.py": {"ao sim resume {}": SIMULATED},
    "ao/commands/sim/reporting.py": {"ao sim resume {}": SIMULATED, "ao sim run {}": SIMULATED},
    "ao/commands/sim/results.py": {"ao sim status {}": SIMULATED},
    "anops_control/verbs/train.py": {"ao train --resume {}": RESUMED},
    "src/anops/training/script.py": {"ao train": "test_a_script_of_the_project_trains"},
}
"""The test that follows a command, by the file that prints it."""

LFS = "needs a repository whose large files lie on a server"
ENGINE = "the Docker engine of a test is not the test's to change, and answers"
ROOT_ONLY = "changes the computer that runs the test"
SIGNED = "integration-tests/containers/test_build_and_push.py types it"
SAME = "`ao` looks first, and says the same"
ADDRESS = "the address is the caller's; api-service/tests sends what it says"
EXAMPLE = "the page's own test compares it with what curl gets"

BUNDLED = "integration-tests/test_bundles.py types it, with a registry"

SERIES = "integration-tests/test_forecasts.py types it with the address of its service"
NOT_TYPED = {
    "ao/init/next_steps.py": {
        "ao series forecast --horizon 12": SERIES,
        "ao series forecast --horizon 3 --regressors FILE.csv": SERIES,
    },
    "ao/serving/announcing.py": {"ao series forecast --horizon 12{}": SERIES},
    "anops_control/tracking/opening.py": {
        "ao extra add tracking": "fetches MLflow; cli/tests/test_extra.py adds extras"
    },
    "anops_tracking/failures.py": {"python -m mlflow db upgrade URI": "wants a database of an older MLflow"},
    "anops_api_service/bodies/media.py": {
        "curl --data-binary @FILE --header 'content-type: text/csv' URL/predict": ADDRESS
    },
    "anops_api_service/documents/page.py": {
        "ao predict rows.csv --url {}": EXAMPLE,
        "ao series forecast --horizon {}{} --url {}": SERIES,
        "curl {} -H 'content-type:": EXAMPLE,
        "curl {} -H 'content-type: application/json' \\": SERIES,
    },
    "anops_api_service/observing/tracing.py": {
        "pip install 'anops-api-service[traces]'": "installs into the Python of the test"
    },
    "anops_control/verbs/predict.py": {
        "ao predict FILE.csv --output OUT.csv --failed FAILED.csv": "docs/how-to/large-files.md is typed with it"
    },
    "anops_worker/pickle_failures.py": {"git lfs pull": LFS},
    "anops_project/project.py": {"ao check": SAME, "ao init --model FILE": SAME},
    "ao/tasks/debugging.py": {"ao run": "says what debugging is not, and is nothing to type then"},
    "anops_control/tasks/telling.py": {"ao run": "names the other command that it waits for"},
    "anops_model_service/worker_process.py": {"ao check": "looking fixes no process that dies over its rows"},
    "anops/R/datasets.R": {'install.packages("bit64")': "asks a repository that tests can't reach"},
    "anops_data/board.py": {"ao data show {}": "data/tests alters a version and asks for it"},
    "anops_data/pin_metadata.py": {"ao data add FILE": "wants a pin of years ago"},
    "anops_model_service_r/embedded.py": {"sudo apt-get install r-base-core": ROOT_ONLY},
    "anops_model_service_r/r/anopsruntime/R/languages.R": {"sudo apt-get install locales-all": ROOT_ONLY},
    "anops_model_service_r/r/anopsruntime/R/load.R": {"git lfs pull": LFS},
    "anops_model_service_r/r/anopsruntime/R/refused-models.R": {
        "apt-get install": ROOT_ONLY,
        'install.packages("': "asks a repository that tests can't reach",
        "ao client r --install": "test_client.py types it",
    },
    "anops_control/bundles/artifact.py": {"ao bundle push": BUNDLED},
    "anops_control/bundles/remote.py": {"ao bundle push": BUNDLED, "ao bundle push oras://{}:1": BUNDLED},
    "anops_control/experiments/bundled.py": {"ao sim resume {}": BUNDLED, "ao sim run {} --bundle {}": BUNDLED},
    "ao/commands/bundle/build.py": {"ao bundle push oras://HOST/NAME:TAG": BUNDLED},
    "ao/commands/bundle/push.py": {"ao sim run NAME --bundle {}": BUNDLED},
    "anops_control/building/own_image.py": {"ao build": ENGINE, "ao build --replace": ENGINE},
    "anops_control/verbs/check.py": {
        "ao check --place docker": "integration-tests/containers/test_build_checks.py types it"
    },
    "anops_worker/installed_whole.py": {
        "<install_command>": "installs our own worker anew, into the Python of the test"
    },
    "anops_api_service/__main__.py": {"python -m anops_api_service": "names the program in its own help"},
    "anops_model_service/__main__.py": {"python -m anops_model_service": "names the program in its own help"},
    "anops_control/building/bases.py": {"docker load": ENGINE},
    "anops_control/building/credentials.py": {"docker login": ENGINE},
    "anops_control/building/diagnosis.py": {"ao check": ENGINE},
    "anops_control/building/engine.py": {
        "docker image prune": ENGINE,
        "docker system df": ENGINE,
        "docker version": ENGINE,
        "sudo systemctl start docker": ENGINE,
        "sudo usermod --append --groups docker $USER": ENGINE,
    },
    "anops_control/building/inventory.py": {"ao build": ENGINE, "docker pull": ENGINE},
    "anops_control/building/push.py": {"docker login {}": ENGINE},
    "anops_control/supply/oci_registry.py": {"docker login {}": ENGINE},
    "anops_control/supply/signing_key.py": {"ao verify IMAGE --key FILE": SIGNED},
    "anops_control/verbs/verify.py": {
        "ao build --push": SIGNED,
        "ao build --sign": SIGNED,
        "ao verify IMAGE --key FILE": SIGNED,
    },
    "anops_control/building/same_version.py": {
        "ao build --replace": "integration-tests/containers builds twice with it"
    },
    "anops_control/verbs/client.py": {"ao client python": "another Python than the test's would have to be there"},
    "anops_control/r_client.py": {"install.packages(c({}))": "asks a repository that tests can't reach"},
    "anops_control/python_client.py": {
        "ao client python": "another Python than the test's would have to be there",
        "python3 -m venv .venv && . .venv/bin/activate && ao client python --install": "fetches the client's packages",
    },
    "ao/elsewhere.py": {"ao build {0}": ENGINE, "ao config {0}": "no message has it yet"},
    "ao/app.py": {"ao {}": "is the version, and nothing to type"},
    "anops_control/init/intake.py": {
        "ao init --model model.py --data rows.csv": "goes on with a program that a person writes first"
    },
    "anops_control/init/elsewhere/mlflow_model.py": {"<install_command>": "fetches MLflow into the Python of the test"},
    "anops_control/init/elsewhere/onnx_model.py": {
        "<install_command>": "fetches onnxruntime into the Python of the test",
        "ao init --model model.py": "goes on with a program that a person writes first",
    },
    "anops_control/refitting/family.py": {"ao init": "names who wrote a file, and is nothing to type"},
    "anops_control/rules/structure.py": {"git lfs pull": LFS},
    "anops_control/rules/versions.py": {"ao build": ENGINE},
    "anops_control/tables/encodings.py": {
        "curl --header 'content-type: application/json' --data @{} URL/predict": ADDRESS
    },
    "anops_control/serving/ready.py": {
        "curl {}{}/{}{} -H 'Content-Type: application/json' -d {}": "integration-tests/test_serve.py asks with it"
    },
    "anops_control/extras/known.py": {
        "ao plot": "names what an extra is for",
        "ao train": "names what an extra is for",
    },
    "anops_control/looking/advice.py": {
        "ao bench --rows 100": "integration-tests/test_looking.py types it with 2",
        "ao bench --callers {}": "integration-tests/test_looking.py types it with 1,8",
        "ao check --fix": "cli/tests types it where a rule prints it",
    },
    "anops_model_interface/log_file.py": {
        "ao extra add monitoring": "fetches psycopg; test_extra.py adds extras",
        'pip install "anops-model-interface[postgresql]"': "fetches psycopg",
    },
    "anops_model_interface/feature_opening.py": {'pip install "anops-model-interface[redis]"': "fetches redis"},
    "anops_control/monitoring/finding.py": {"ao series observe FILE.csv": "test_forecasts.py types it with a service"},
    "anops_control/init/series_example.py": {
        "apt-get install r-base-core r-cran-forecast": ROOT_ONLY,
        "<install_command>": "fetches statsforecast",
    },
    "anops_control/series/observed_rows.py": {"ao series observe FILE": "integration-tests/test_forecasts.py types it"},
    "anops_control/verbs/data/add.py": {
        "ao data add --name NAME --observed": "integration-tests/test_forecasts.py types it"
    },
    "anops_monitoring/evidently_page.py": {"ao extra add evidently": "fetches Evidently; test_extra.py adds extras"},
    "anops_control/series/fan.py": {"ao extra add plot": "fetches matplotlib; test_extra.py adds extras"},
    "anops_control/looking/picture.py": {"ao extra add plot": "fetches matplotlib; test_extra.py adds extras"},
    "anops_control/training/engine.py": {"ao extra add training": "fetches Metaflow"},
    "anops_control/training/hosting.py": {
        "ao client {} --install": "test_client.py types it for both languages",
        "<install_package>": "names R's packages as those of rules/packages_r.py are named, which a test installs",
    },
    "anops_project/packages.py": {"ao client python --install": "test_client.py types it"},
    "anops_control/training/jobs/asking.py": {"ao {}": "names what was asked"},
    "anops_control/training/jobs/client_layer.py": {
        "python -m pip list --format=freeze --exclude-editable >/tmp/installed.txt \\": "a line of a Dockerfile"
    },
    "anops_control/training/jobs/finding.py": {"ao build": ENGINE, "ao train --in docker": ENGINE, "ao train": ENGINE},
    "anops_control/training/jobs/job.py": {"ao build": ENGINE},
    "src/anops/training/script.py": {"ao train --help": "every command has --help"},
    "anops_control/serving/ports.py": {"ao serve --port 8080": "somebody else may have that port where the test runs"},
}
"""Why no test types a command, by the file that prints it."""


def _of(table: dict[str, dict[str, str]]) -> set[Printed]:
    return {Printed(module, command) for module, commands in table.items() for command in commands}


def test_every_command_that_is_printed_is_followed_or_has_its_reason() -> None:
    printed = printed_commands(ROOT)
    known = _of(FOLLOWED) | _of(NOT_TYPED)
    assert printed - known == set(), "write a test that types it as it is printed, and name it in FOLLOWED"
    assert known - printed == set(), "nobody prints it any more"
    assert not _of(FOLLOWED) & _of(NOT_TYPED)


def test_the_tests_that_follow_are_there() -> None:
    tests = [
        path
        for folder in ("cli/tests", "tracking/tests", "training/tests")
        for path in (ROOT / folder).rglob("test_*.py")
    ]
    written = "".join(path.read_text(encoding="utf-8") for path in tests)
    named = {test for commands in FOLLOWED.values() for test in commands.values()}
    assert {test for test in named if f"def {test}(" not in written} == set()


def test_a_new_command_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "cli/src/ao"
    folder.mkdir(parents=True)
    (folder / "new.py").write_text(
        '"""`ao check` in documentation is none."""\nWHERE = "here"\n'
        'def look(name):\n    return Error(f"No {name}.", remedy=f"Or `ao fix {name}`; else: pip install {WHERE}")\n'
    )
    package = tmp_path / "model-service-r/src/anops_model_service_r"
    package.mkdir(parents=True)
    (package / "new.R").write_text('# Run: ao check\nstop("Start it: ao serve")\n')
    assert printed_commands(tmp_path) == {
        Printed("ao/new.py", "ao fix {}"),
        Printed("ao/new.py", "pip install here"),
        Printed("anops_model_service_r/new.R", "ao serve"),
    }
