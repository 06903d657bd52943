using EwasteEpr.Audit;
using EwasteEpr.Certification;
using EwasteEpr.Compliance;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Evidence;
using EwasteEpr.Evidence.Payouts;
using EwasteEpr.Integrations;
using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.Marketplace;
using EwasteEpr.Messages;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Offline;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Certificates;
using EwasteEpr.Payments.Cards.Pretend;
using EwasteEpr.Treatment.Loads;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Publication;
using EwasteEpr.Verification;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Vouchers.Redeeming;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Features.Certification;
using EwasteEpr.Web.Features.Integrations;
using EwasteEpr.Web.Features.Marketplace;
using EwasteEpr.Web.Features.Payments;
using EwasteEpr.Web.Features.Consignments;
using EwasteEpr.Web.Features.Treatment;
using Quartz;

namespace EwasteEpr.Web.Hosting;

/// <summary>Every job of the product and when it runs. The row is the queue, the scheduler is the alarm clock: a job only wakes a sweep.</summary>
/// <remarks>Every sweep may run twice without harm. Nights are nights in Almaty. Several nodes share one schedule: each tick is one node's.</remarks>
public static class JobSchedule
{
    public static IReadOnlyList<ScheduledSweep> All { get; } =
    [
        ScheduledSweep.Each<AuditSealer>("audit-seal", TimeSpan.FromSeconds(1), (sealer, ct) => sealer.SealAsync(ct)),
        ScheduledSweep.Each<LedgerFolding>("ledger-fold", TimeSpan.FromSeconds(5), (folding, ct) => folding.FoldAsync(ct)),
        ScheduledSweep.Each<FigureFolding>("figures-fold", TimeSpan.FromSeconds(5), (folding, ct) => folding.FoldAsync(ct)),
        ScheduledSweep.Each<ImportUploads>("uploads", TimeSpan.FromSeconds(2), (uploads, ct) => uploads.SweepAsync(ct)),
        ScheduledSweep.Each<ApplyProviderEvents>("card-events", TimeSpan.FromSeconds(1), (events, ct) => events.SweepAsync(ct)),
        ScheduledSweep.Each<BankRowSweep>("bank-rows", TimeSpan.FromSeconds(5), (rows, ct) => rows.SweepAsync(ct)),
        ScheduledSweep.Each<CertificateSweep>("certificates", TimeSpan.FromSeconds(5), (certificates, ct) => certificates.SweepAsync(ct)),
        ScheduledSweep.Each<CardSettling>("card-attempts", TimeSpan.FromSeconds(10), (settling, ct) => settling.SweepAsync(ct)),
        ScheduledSweep.Each<CardRefunds>("card-refunds", TimeSpan.FromSeconds(5), (refunds, ct) => refunds.SweepAsync(ct)),
        ScheduledSweep.Each<PretendProvider>("pretend-provider", TimeSpan.FromSeconds(5), (provider, ct) => provider.DeliverAsync(ct)),
        ScheduledSweep.Each<VoucherEndings>("voucher-release", TimeSpan.FromSeconds(10), (endings, ct) => endings.ReleaseSweepAsync(ct)),
        ScheduledSweep.Each<VoucherEndings>("voucher-expiry", TimeSpan.FromMinutes(5), (endings, ct) => endings.ExpirySweepAsync(ct)),
        ScheduledSweep.Each<Reservations>("reservations", TimeSpan.FromSeconds(30), (reservations, ct) => reservations.SweepAsync(ct)),
        ScheduledSweep.Each<Billing>("billing", TimeSpan.FromSeconds(2), (billing, ct) => billing.SweepAsync(ct)),
        ScheduledSweep.Each<LotClosing>("market-closing", TimeSpan.FromSeconds(2), (closing, ct) => closing.SweepAsync(ct)),
        ScheduledSweep.Each<LotLetters>("market-letters", TimeSpan.FromSeconds(20), (letters, ct) => letters.SweepAsync(ct)),
        ScheduledSweep.Each<WebhookSweep>("webhooks", TimeSpan.FromSeconds(2), (webhooks, ct) => webhooks.SweepAsync(ct)),
        ScheduledSweep.Each<FailureLetters>("webhook-letters", TimeSpan.FromMinutes(1), (letters, ct) => letters.SweepAsync(ct)),
        ScheduledSweep.Each<LetterDelivery>("letters", TimeSpan.FromSeconds(10), (delivery, ct) => delivery.DeliverAsync(ct)),
        ScheduledSweep.Each<TextMessages>("texts", TimeSpan.FromSeconds(5), (texts, ct) => texts.SweepAsync(ct)),
        ScheduledSweep.Each<BatchNews>("batch-news", TimeSpan.FromMinutes(1), (news, ct) => news.SweepAsync(ct)),
        ScheduledSweep.Each<SlipLetters>("slip-news", TimeSpan.FromMinutes(1), (letters, ct) => letters.SweepAsync(ct)),
        ScheduledSweep.Each<PointEventService>("point-events", TimeSpan.FromSeconds(30), (events, ct) => events.SweepAsync(ct)),
        ScheduledSweep.Each<OfflineReleases>("offline-releases", TimeSpan.FromSeconds(20), (releases, ct) => releases.SweepAsync(ct)),
        ScheduledSweep.Each<CertificationLetters>("certification-letters", TimeSpan.FromSeconds(20), (letters, ct) => letters.SweepAsync(ct)),
        ScheduledSweep.Each<AuditDrawing>("audit-draw", TimeSpan.FromMinutes(10), (drawing, ct) => drawing.SweepAsync(ct)),
        ScheduledSweep.At<SurveillanceDraw>("surveillance-draw", "0 10 6 * * ?", (draw, ct) => draw.SweepAsync(ct)),
        ScheduledSweep.Each<BatchCredits>("evidence-credits", TimeSpan.FromSeconds(5), (credits, ct) => credits.SweepAsync(ct)),
        ScheduledSweep.At<StageRuns>("stage-runs", "0 10 4 3 * ?", (runs, ct) => runs.SweepAsync(ct)),
        ScheduledSweep.At<DropOffService>("drop-offs-expire", "0 20 3 * * ?", (dropOffs, ct) => dropOffs.ExpireAsync(ct)),
        ScheduledSweep.At<CaseRules>("case-rules", "0 10 1 * * ?", (rules, ct) => rules.SweepAsync(ct)),
        ScheduledSweep.At<AuditSealer>("audit-daily-root", "0 5 0 * * ?", (sealer, ct) => sealer.PublishDailyRootsAsync(ct)),
        ScheduledSweep.At<PublicFigures>("public-figures", "0 25 0 * * ?", (figures, ct) => figures.SweepAsync(ct)),
        ScheduledSweep.At<InvoiceReminders>("invoice-reminders", "0 0 9 * * ?", (reminders, ct) => reminders.SweepAsync(ct)),
        ScheduledSweep.At<SettlementService>("settlements", "0 20 0/2 * * ?", (settlements, ct) => settlements.SettleAsync(ct)),
        ScheduledSweep.At<VoucherByPhone>("forget-phone-codes", "0 35 3 * * ?", (phones, ct) => phones.ForgetAsync(ct)),
        ScheduledSweep.At<VoucherGuessing>("forget-guesses", "0 45 3 * * ?", (guessing, ct) => guessing.ForgetAsync(ct)),
        ScheduledSweep.At<Verifier>("verify", "0 30 2 * * ?", (verifier, ct) => verifier.SweepAsync(ct)),
        ScheduledSweep.At<UploadStatus>("forget-abandoned-uploads", "0 50 3 * * ?", (uploads, ct) => uploads.ForgetAbandonedAsync(ct)),
        ScheduledSweep.At<LoadPreviews>("forget-load-previews", "0 55 3 * * ?", (previews, ct) => previews.ForgetAsync(ct)),
        ScheduledSweep.At<Idempotency>("forget-answered-requests", "0 40 3 * * ?", (idempotency, ct) => idempotency.ForgetAsync(ct)),
    ];

    /// <summary>The sweeps and, unless <c>Jobs:Enabled</c> is false, the scheduler that wakes them.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration, Database database)
    {
        services.AddSingleton<AuditSealer>().AddSingleton<LedgerFolding>().AddSingleton<Verifier>().AddSingleton<Idempotency>().AddSingleton<JobHealth>();
        if (!configuration.GetValue("Jobs:Enabled", defaultValue: true))
        {
            return services;
        }

        services.AddQuartz(quartz =>
        {
            quartz.UsePersistentStore(store =>
            {
                // Quartz makes its tables itself, as the application's role, in the one schema where that role may.
                store.UsePostgres(options => options.DataSourceFactory = _ => database.Application);
                store.ConfigureStore(options => options.TablePrefix = "jobs.qrtz_");
                store.ProvisionSchema();
                store.UseClustering();
            });
            foreach (var sweep in All)
            {
                quartz.ScheduleJob<SweepJob>(trigger => sweep.Schedule(trigger.WithIdentity(sweep.Name)), job => job.WithIdentity(sweep.Name));
            }
        });
        return services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }
}

/// <summary>One line of the schedule.</summary>
public sealed class ScheduledSweep
{
    private ScheduledSweep(string name, Func<IServiceProvider, CancellationToken, Task> run, Action<ITriggerConfigurator<SweepJob>> schedule)
    {
        Name = name;
        Run = run;
        Schedule = schedule;
    }

    public string Name { get; }

    public Func<IServiceProvider, CancellationToken, Task> Run { get; }

    public Action<ITriggerConfigurator<SweepJob>> Schedule { get; }

    public static ScheduledSweep Each<T>(string name, TimeSpan interval, Func<T, CancellationToken, Task> run)
        where T : notnull =>
        new(name, (services, ct) => run(services.GetRequiredService<T>(), ct), trigger => trigger.WithSimpleSchedule(interval));

    /// <param name="cron">Seconds, minutes, hours, ... in Asia/Almaty.</param>
    public static ScheduledSweep At<T>(string name, string cron, Func<T, CancellationToken, Task> run)
        where T : notnull =>
        new(name, (services, ct) => run(services.GetRequiredService<T>(), ct), trigger => trigger.WithCronSchedule(cron, schedule => schedule.InTimeZone(BusinessTime.Zone)));
}

/// <summary>The one Quartz job: looks up its line of the schedule and runs the sweep behind it.</summary>
[DisallowConcurrentExecution]
public sealed class SweepJob(IServiceProvider services, JobHealth health, ILogger<SweepJob> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var name = context.JobDetail.Key.Name;
        if (JobSchedule.All.FirstOrDefault(sweep => sweep.Name == name) is not { } sweep)
        {
            log.LogWarning("Job {Job} stands in the database and not in this program: a newer node knows it, or it was retired.", name);
            return;
        }

        await health.RunAsync(name, ct => sweep.Run(services, ct), cancellationToken);
    }
}
