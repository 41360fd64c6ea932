import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from core.trigrams import trigrams


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('library', '0001_library'),
        ('partnerships', '0011_all_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Budget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('source', models.CharField(choices=[('state', 'budget of the state'), ('fund', 'health fund'), ('donor', 'donor or embassy'), ('company', 'company')], max_length=10, verbose_name='source of money')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('amount', models.DecimalField(decimal_places=3, max_digits=17, validators=[django.core.validators.MinValueValidator(Decimal('0.001'))], verbose_name='amount')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'budget',
                'verbose_name_plural': 'budgets',
                'ordering': ['-year', 'name'],
                'constraints': [models.UniqueConstraint(fields=('year', 'source', 'name'), name='budget_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='budget_positive')],
            },
        ),
        migrations.CreateModel(
            name='SupportRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('uid', models.UUIDField(unique=True)),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('kind', models.CharField(choices=[('financial', 'financial'), ('technical', 'technical'), ('equipment', 'equipment'), ('infrastructure', 'infrastructure'), ('training', 'training'), ('guidance', 'guidance')], max_length=15, verbose_name='kind')),
                ('title', models.CharField(max_length=200, verbose_name='subject')),
                ('reasons', models.TextField(verbose_name='reasons')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('rate', models.DecimalField(blank=True, decimal_places=6, max_digits=14, null=True, verbose_name='rate')),
                ('rate_on', models.DateField(blank=True, null=True, verbose_name='rate of the day')),
                ('rate_source', models.CharField(blank=True, max_length=150, verbose_name='source of the rate')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('returned', 'returned'), ('technical', 'technical opinion given'), ('financial', 'financial opinion given'), ('granted', 'granted'), ('paid', 'paid in full'), ('justified', 'justified'), ('answered', 'answered'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('closed', 'closed')], default='draft', max_length=12, verbose_name='status')),
                ('granted', models.DecimalField(blank=True, decimal_places=3, max_digits=17, null=True, verbose_name='granted')),
                ('granted_in_kind', models.TextField(blank=True, verbose_name='granted in kind')),
                ('granted_on', models.DateField(blank=True, null=True, verbose_name='granted on')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('search_text', models.CharField(blank=True, editable=False, max_length=700)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('adviser', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='adviser')),
                ('budget', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='support.budget', verbose_name='paid from')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('guide', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='library.guide', verbose_name='guide made of the answer')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='support_requests', to='partnerships.institution', verbose_name='institution')),
                ('needs', models.ManyToManyField(blank=True, related_name='support_requests', to='partnerships.need', verbose_name='needs that it answers')),
                ('partnership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='support_requests', to='partnerships.partnership', verbose_name='for the partnership')),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
            ],
            options={
                'verbose_name': 'support request',
                'verbose_name_plural': 'support requests',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['status', '-id'], name='support_sup_status_d15152_idx'), models.Index(fields=['institution', '-id'], name='support_sup_institu_24168b_idx'), models.Index(fields=['kind', '-id'], name='support_sup_kind_3d273e_idx'), models.Index(fields=['budget', 'status'], name='support_sup_budget__4d196b_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'returned', 'technical', 'financial', 'granted', 'paid', 'justified', 'answered', 'refused', 'withdrawn', 'closed'])), name='support_status'), models.CheckConstraint(condition=models.Q(('granted', None), ('granted__gte', 0), _connector='OR'), name='support_granted_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='SupportLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, verbose_name='what')),
                ('quantity', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='quantity')),
                ('unit_price', models.DecimalField(decimal_places=3, max_digits=15, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='price of one')),
                ('specialty', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.specialty', verbose_name='specialty')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='support.supportrequest', verbose_name='support request')),
            ],
            options={
                'verbose_name': 'line of a support request',
                'verbose_name_plural': 'lines of a support request',
                'ordering': ['request', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gte', 1), ('unit_price__gte', 0)), name='support_line_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('technical', 'technical'), ('financial', 'financial')], max_length=10, verbose_name='kind')),
                ('stance', models.CharField(choices=[('favourable', 'favourable'), ('reserved', 'with reservations'), ('against', 'unfavourable')], max_length=12, verbose_name='opinion')),
                ('amount', models.DecimalField(blank=True, decimal_places=3, max_digits=17, null=True, verbose_name='amount that would suit')),
                ('text', models.TextField(blank=True, verbose_name='in words')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opinions', to='support.supportrequest', verbose_name='support request')),
            ],
            options={
                'verbose_name': 'opinion',
                'verbose_name_plural': 'opinions',
                'ordering': ['request', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TechnologyIntroduced',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('kind', models.CharField(choices=[('device', 'device'), ('medicine', 'medicine'), ('technique', 'technique')], max_length=10, verbose_name='kind')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('maker', models.CharField(blank=True, max_length=150, verbose_name='maker')),
                ('value', models.DecimalField(blank=True, decimal_places=3, max_digits=17, null=True, verbose_name='value')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('commissioned_on', models.DateField(verbose_name='in service since')),
                ('users_trained', models.PositiveIntegerField(default=0, verbose_name='users trained')),
                ('in_use', models.BooleanField(blank=True, null=True, verbose_name='still in use after six months')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='looked at on')),
                ('note', models.TextField(blank=True, verbose_name='remark')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='technologies', to='partnerships.institution', verbose_name='institution')),
                ('origin', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.country', verbose_name='country of origin')),
                ('partnership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='technologies', to='partnerships.partnership', verbose_name='partnership')),
                ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='technologies', to='support.supportrequest', verbose_name='support request')),
                ('specialty', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.specialty', verbose_name='specialty')),
            ],
            options={
                'verbose_name': 'technology introduced',
                'verbose_name_plural': 'technologies introduced',
                'ordering': ['-commissioned_on', '-pk'],
                'indexes': [models.Index(fields=['institution', '-commissioned_on'], name='support_tec_institu_a0aa4d_idx'), models.Index(fields=['kind', '-commissioned_on'], name='support_tec_kind_a90763_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('value', None), ('value__gte', 0), _connector='OR'), name='technology_value_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Tranche',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('amount', models.DecimalField(decimal_places=3, max_digits=17, validators=[django.core.validators.MinValueValidator(Decimal('0.001'))], verbose_name='amount')),
                ('planned_on', models.DateField(blank=True, null=True, verbose_name='planned for')),
                ('paid_on', models.DateField(blank=True, null=True, verbose_name='paid on')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='reference of the payment')),
                ('justify_by', models.DateField(blank=True, null=True, verbose_name='to be justified by')),
                ('paid_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tranches', to='support.supportrequest', verbose_name='support request')),
            ],
            options={
                'verbose_name': 'tranche',
                'verbose_name_plural': 'tranches',
                'ordering': ['request', 'number'],
                'indexes': [models.Index(fields=['paid_on', 'justify_by'], name='support_tra_paid_on_989bf5_idx')],
                'constraints': [models.UniqueConstraint(fields=('request', 'number'), name='tranche_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='tranche_positive')],
            },
        ),
        migrations.CreateModel(
            name='Justification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(unique=True)),
                ('amount', models.DecimalField(decimal_places=3, max_digits=17, validators=[django.core.validators.MinValueValidator(Decimal('0.001'))], verbose_name='amount')),
                ('note', models.TextField(verbose_name='what it was spent on')),
                ('status', models.CharField(choices=[('submitted', 'to be checked'), ('accepted', 'accepted'), ('returned', 'returned')], default='submitted', max_length=10, verbose_name='status')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('remark', models.CharField(blank=True, max_length=400, verbose_name='remark')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by')),
                ('tranche', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='justifications', to='support.tranche', verbose_name='tranche')),
            ],
            options={
                'verbose_name': 'justification',
                'verbose_name_plural': 'justifications',
                'ordering': ['tranche', 'pk'],
                'indexes': [models.Index(fields=['status'], name='support_jus_status_8bd524_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='justification_positive'), models.CheckConstraint(condition=models.Q(('status__in', ['submitted', 'accepted', 'returned'])), name='justification_status')],
            },
        ),
        trigrams(
            ('support_supportrequest', 'search_text'),
        ),
    ]
