from collections import defaultdict

from django.db import migrations
from django.db.models import F

COLUMNS = ('value', 'numerator', 'denominator', 'base', 'rank', 'reason', 'source_id', 'base_source_id')


def move(apps, schema_editor):
    """Standings, a row for each entry and indicator, become tables of shared rankings. A group of a run at a time."""
    run_model, group_model, standing_model, ranking_model = (
        apps.get_model('competitions', name) for name in ('StandingsRun', 'Group', 'Standing', 'GroupRanking')
    )
    # What is unfinished never was a fact; its period is still due.
    run_model.objects.filter(state='running').delete()
    for run in run_model.objects.order_by('pk').iterator():
        groups = group_model.objects.filter(competition=run.competition_id, code__in=run.group_hashes)
        for group, code in groups.values_list('pk', 'code'):
            ranking, is_new = ranking_model.objects.get_or_create(
                group_id=group,
                first=run.first,
                last=run.last,
                rule_set_id=run.rule_set_id,
                code_version=run.code_version,
                inputs_hash=run.group_hashes[code],
            )
            if is_new:
                fill(apps, ranking, standing_model.objects.filter(run=run.pk, group=group))
            run.rankings.add(ranking)
    apps.get_model('competitions', 'TrackedPeriod').objects.update(whole=F('changes'))


def fill(apps, ranking, standings):
    table_model = apps.get_model('competitions', 'StandingsTable')
    entries, late, of = [], set(), {}
    columns = defaultdict(lambda: {name.removesuffix('_id'): [] for name in COLUMNS})
    rows = standings.order_by('entry').values_list('indicator_id', 'entry_id', 'late', 'of', *COLUMNS)
    for indicator, entry, is_late, ranked, *cells in rows:
        if not entries or entries[-1] != entry:
            entries.append(entry)
        if is_late:
            late.add(entry)
        of[indicator] = ranked
        for column, cell in zip(columns[indicator].values(), cells, strict=True):
            column.append(cell)
    ranking.entries, ranking.late = entries, sorted(late)
    ranking.save()
    for indicator, lists in columns.items():
        written = {name: text(column) for name, column in lists.items()}
        table_model.objects.create(ranking=ranking, indicator_id=indicator, of=of[indicator], **written)


def text(column):
    """Cells with a space between, `-` for nothing, no text where nothing is in any."""
    cells = ['-' if cell in (None, '') else str(cell) for cell in column]
    return ' '.join(cells) if set(cells) != {'-'} else ''


def rank_anew(apps, schema_editor):
    """The way back: what has been ranked is forgotten and everything is due."""
    apps.get_model('competitions', 'StandingsRun').objects.all().delete()
    apps.get_model('competitions', 'GroupRanking').objects.all().delete()
    apps.get_model('competitions', 'TrackedPeriod').objects.update(changes=F('changes') + 1)


class Migration(migrations.Migration):

    dependencies = [
        ('competitions', '0002_shared_rankings'),
    ]

    operations = [
        migrations.RunPython(move, rank_anew),
    ]
