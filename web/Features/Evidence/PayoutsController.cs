using System.Text.RegularExpressions;
using EwasteEpr.Evidence.Payouts;
using EwasteEpr.Kernel;
using EwasteEpr.Settings;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Evidence;

/// <summary>What collecting, carrying and treating a tonne is worth, the monthly runs that price it, and the payouts that two people make of them.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/payouts")]
public sealed partial class PayoutsController(StageRuns runs, StageTariffs tariffs, StagePayouts payouts, SettingsService settings, IStringLocalizer<PayoutsText> text) : Controller
{
    private const int MostLines = 10_000;
    private static readonly string[] Channels = ["DropOff", "WalkIn", "Collector", "Bin", "Pickup", "Direct"];

    private static string Home => $"/{Culture.CurrentCode}/operator/payouts";

    private Actor Actor => ActorContext.Current(HttpContext);

    [HttpGet("")]
    public Task<IActionResult> Index(string? said, CancellationToken ct) => ShowAsync(new TariffForm { Channels = ["DropOff", "WalkIn", "Collector", "Bin", "Pickup"] }, said, ct);

    [HttpPost("run")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Run(PaidStage stage, string? month, CancellationToken ct) =>
        DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", out var first) && first.Year is >= 2020 and < 2200
            ? await runs.RunAsync(stage, first, Actor, ct) switch
            {
                RunOutcome.Made made => LocalRedirect(FormattableString.Invariant($"{Home}/{made.RunNo}?said={(made.Again ? "Again" : "Made")}")),
                RunOutcome.TooEarly => LocalRedirect(Home + "?said=TooEarly"),
                _ => LocalRedirect(Home + "?said=NoTariff"),
            }
            : LocalRedirect(Home + "?said=NoMonth");

    [HttpGet("{no:long}")]
    public async Task<IActionResult> One(long no, string? said, CancellationToken ct) => await runs.FindAsync(no, ct) is { } run
        ? View("Run", new RunPage(run, await payouts.ListAsync(no, null, null, ct), await runs.LinesAsync(no, null, 500, ct), HttpContext.Person().PersonId.Value, said))
        : NotFound();

    [HttpGet("{no:long}.csv")]
    public async Task<IActionResult> Lines(long no, CancellationToken ct) => await runs.FindAsync(no, ct) is null ? NotFound() : LinesFile($"run-{no}.csv", await runs.LinesAsync(no, null, MostLines, ct));

    [HttpPost("order")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Order(CancellationToken ct) => LocalRedirect($"{Home}?said={(await payouts.OrderAsync(Actor, ct) > 0 ? "Ordered" : "NothingDue")}");

    [HttpGet("payout.csv")]
    public async Task<IActionResult> File(CancellationToken ct)
    {
        var code = (await settings.ListAsync(ct)).Single(setting => setting.Key == "payouts.knp").Value;
        return new CsvFile(
            "payout.csv", ["number", "recipient", "bin", "iban", "bic", "kbe", "knp", "tenge", "purpose"],
            (await payouts.ListAsync(null, "Ordered", null, ct)).Select(row => new object?[]
            {
                Number(row.PayoutNo), row.PayeeRu, row.Bin, row.Iban, row.Bic, row.Kbe, code ?? "-", Money.FromTiyn(row.PayableTiyn).Amount, FormattableString.Invariant($"{Number(row.PayoutNo)} {row.Stage} {row.PeriodFrom:yyyy-MM}"),
            }));
    }

    [HttpPost("pay/{no:long}")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Pay(long no, string? bank, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(bank))
        {
            return LocalRedirect(Home + "?said=NoBank");
        }

        var decision = await payouts.PayAsync(no, EvidenceController.Cut(bank), Actor, ct);
        return decision == StagePayDecision.NotFound ? NotFound() : LocalRedirect($"{Home}?said={decision}");
    }

    [HttpPost("banks/{id:guid}")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Bank(Guid id, string? iban, string? bic, string? kbe, CancellationToken ct)
    {
        var (account, bank, code) = (Bare(iban), Bare(bic), Bare(kbe));
        if (!Iban().IsMatch(account) || !Bic().IsMatch(bank) || code.Length != 2 || !code.All(char.IsAsciiDigit))
        {
            return LocalRedirect(Home + "?said=BadBank");
        }

        return await payouts.SetBankAsync(id, new PayeeBank(account, bank, code), Actor, ct) ? LocalRedirect(Home + "?said=Bank") : NotFound();
    }

    [HttpPost("tariffs")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Propose([Bind(Prefix = nameof(PayoutsPage.Tariff))] TariffForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        Require(NumberInput.TryParse(form.Mci ?? "", out var mci) == NumberProblem.None && mci is >= 0 and < 10_000 && decimal.IsInteger(mci * 10_000), nameof(form.Mci), "E.Mci");
        Require(form.From is not null, nameof(form.From), "E.From");
        Require(form.Channels is { Count: > 0 } && form.Channels.All(Channels.Contains), nameof(form.Channels), "E.Channels");
        Require(form.Stage != PaidStage.Collectors, nameof(form.Stage), "E.Stage");
        if (!ModelState.IsValid)
        {
            return await ShowAsync(form, null, ct);
        }

        await tariffs.ProposeAsync(new NewStageTariff(form.Stage, mci, form.Channels!, form.From!.Value, null, EvidenceController.Cut(form.Basis)), Actor, ct);
        return LocalRedirect(Home + "?said=Proposed");
    }

    [HttpPost("tariffs/{id:guid}/publish")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public Task<IActionResult> Publish(Guid id, CancellationToken ct) => DecideAsync(id, publish: true, ct);

    [HttpPost("tariffs/{id:guid}/withdraw")]
    public Task<IActionResult> Withdraw(Guid id, CancellationToken ct) => DecideAsync(id, publish: false, ct);

    public static string Number(long no) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"V-{no:000000}");

    internal static CsvFile LinesFile(string name, IEnumerable<StageLineRow> lines) => new(
        name, ["payee", "source_type", "source", "day", "category", "channel", "grams", "mci_per_tonne", "mci_kzt", "tenge", "taken_back"],
        lines.Select(row => new object?[] { row.PayeeRu, row.SourceType, row.Source, row.Day, row.Category, row.Channel, row.Grams, row.MciPerTonne, row.MciKzt, row.AmountTiyn / 100m, row.IsReversal }));

    private async Task<IActionResult> DecideAsync(Guid id, bool publish, CancellationToken ct) => await tariffs.DecideAsync(id, publish, Actor, ct) is var decision && decision == TariffDecision.NotFound
        ? NotFound() : LocalRedirect($"{Home}?said=Tariff.{decision}");

    private async Task<IActionResult> ShowAsync(TariffForm form, string? said, CancellationToken ct)
    {
        var open = (await payouts.ListAsync(null, null, null, ct)).Where(row => row.State is "Payable" or "Ordered").ToList();
        var last = BusinessTime.Today(TimeProvider.System).AddMonths(-1);
        return View("Payouts", new PayoutsPage(await runs.ListAsync(ct), await tariffs.ListAsync(ct), open, await payouts.FundAsync(ct), HttpContext.Person().PersonId.Value, form, last, said));
    }

    private void Require(bool holds, string field, string sentence)
    {
        if (!holds && !(ModelState.TryGetValue($"{nameof(PayoutsPage.Tariff)}.{field}", out var entry) && entry.Errors.Count > 0))
        {
            ModelState.AddModelError($"{nameof(PayoutsPage.Tariff)}.{field}", text[sentence]);
        }
    }

    private static string Bare(string? typed) => (typed ?? "").Replace(" ", "", StringComparison.Ordinal).Replace("\u00A0", "", StringComparison.Ordinal).ToUpperInvariant();

    [GeneratedRegex("^KZ[0-9]{2}[0-9A-Z]{16}$", RegexOptions.NonBacktracking)]
    private static partial Regex Iban();

    [GeneratedRegex("^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$", RegexOptions.NonBacktracking)]
    private static partial Regex Bic();
}
