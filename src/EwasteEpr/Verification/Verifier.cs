using EwasteEpr.Audit;
using EwasteEpr.Certification;
using EwasteEpr.Consignments;
using EwasteEpr.Compliance;
using EwasteEpr.Declarations;
using EwasteEpr.Evidence;
using EwasteEpr.Evidence.Payouts;
using EwasteEpr.Integrations;
using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.Marketplace;
using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Certificates;
using EwasteEpr.Payments;
using EwasteEpr.PublicRegister;
using EwasteEpr.Reconciliation;
using EwasteEpr.TakeBack.Collectors;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Pickups;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.TakeBack;
using EwasteEpr.Tariffs;
using EwasteEpr.Treatment;
using EwasteEpr.Vouchers;

namespace EwasteEpr.Verification;

/// <summary>Checks everything that must always hold: after tests that write, each night, and by <c>./run verify</c>.</summary>
public sealed class Verifier(Db db)
{
    /// <summary>A feature with invariants of its own adds its list here.</summary>
    public static IReadOnlyList<Invariant> All { get; } =
    [
        .. LedgerInvariants.All,
        .. AuditInvariants.All,
        .. TariffInvariants.All,
        .. DeclarationInvariants.All,
        .. PaymentInvariants.All,
        .. CardInvariants.All,
        .. BankInvariants.All,
        .. CertificateInvariants.All,
        .. IntegrationInvariants.All,
        .. PointInvariants.All,
        .. GuideInvariants.All,
        .. VoucherInvariants.All,
        .. TakeBackInvariants.All,
        .. PickupInvariants.All,
        .. CollectorInvariants.All,
        .. CertificationInvariants.All,
        .. MarketInvariants.All,
        .. ConsignmentInvariants.All,
        .. TreatmentInvariants.All,
        .. EvidenceInvariants.All,
        .. PayoutInvariants.All,
        .. ReconciliationInvariants.All,
        .. ComplianceInvariants.All,
        .. PublicRegisterInvariants.All,
    ];

    /// <returns>One finding for each invariant, in the order of <see cref="All"/>.</returns>
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct)
    {
        var findings = new List<Finding>();
        foreach (var invariant in All)
        {
            // A full check reads whole tables: it may take longer than a page may.
            var row = await db.QuerySingleAsync<CheckedRow>(invariant.Sql, null, TimeSpan.FromHours(1), ct);
            findings.Add(new Finding(invariant.Name, row.RowsChecked, row.FirstBroken));
        }

        return findings;
    }

    /// <summary>The nightly sweep.</summary>
    /// <exception cref="InvariantBrokenException">With the first broken row of each invariant: the job is shown as failed.</exception>
    public async Task SweepAsync(CancellationToken ct)
    {
        var broken = (await RunAsync(ct)).Where(finding => finding.FirstBroken is not null).ToList();
        if (broken.Count > 0)
        {
            throw new InvariantBrokenException(string.Join('\n', broken));
        }
    }

    private sealed record CheckedRow(long RowsChecked, string? FirstBroken);
}

/// <param name="Invariant">What should hold.</param>
/// <param name="RowsChecked">How many rows were looked at; zero proves nothing, so it is always shown.</param>
/// <param name="FirstBroken">The first row that breaks it, or none.</param>
public sealed record Finding(string Invariant, long RowsChecked, string? FirstBroken)
{
    public override string ToString() => $"{Invariant}: {FirstBroken ?? "holds"}";
}

public sealed class InvariantBrokenException(string message) : Exception(message);
