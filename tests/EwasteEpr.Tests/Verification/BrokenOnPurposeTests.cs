using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Ledger;
using EwasteEpr.Tests.Support;
using EwasteEpr.Verification;

namespace EwasteEpr.Tests.Verification;

/// <summary>A check must be able to fail: each case breaks one rule as a superuser would, and the check that holds it objects and names the row.</summary>
public sealed class BrokenOnPurposeTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("Each guarded balance equals the sum of its transfers", "stores 901", "update ledger.accounts set balance = balance + 1 where sort = 'guarded' and balance = 900")]
    [InlineData("The accounts of each unit add up to 0", "in KZT add up to 1 ", "update ledger.accounts set balance = balance + 1 where sort = 'guarded' and balance = 900")]
    [InlineData("Each derived balance equals the transfers folded into it", "stores 101", "update ledger.accounts set balance = balance + 1 where sort = 'derived' and balance = 100")]
    [InlineData("Each guarded balance equals the sum of its transfers", "test_guarded", "alter table ledger.transfers disable trigger all; update ledger.transfers set amount = 99 where amount = 100")]
    [InlineData("Each derived balance equals the transfers folded into it", "test_derived", "alter table ledger.transfers disable trigger all; delete from ledger.transfers where amount = 100")]
    [InlineData("No guarded balance is below its floor", "below its floor 0", "alter table ledger.accounts drop constraint guarded_balance_not_below_floor; update ledger.accounts set balance = -5 where balance = 900")]
    [InlineData("Each transfer moves something between two accounts of its unit", "counts in mass:6 between accounts in KZT and KZT", "alter table ledger.transfers disable trigger all; update ledger.transfers set unit = 'mass:6' where amount = 100")]
    [InlineData("Each transfer moves something between two accounts of its unit", "moves -3", "alter table ledger.transfers disable trigger all, drop constraint transfer_amount_above_zero; update ledger.transfers set amount = -3 where amount = 100")]
    [InlineData("Each business fact is posted once", "was posted 2 times", "alter table ledger.transfers drop constraint transfer_once_per_fact_and_leg; insert into ledger.transfers (unit, debit_account_id, credit_account_id, amount, kind, source_type, source_id, leg) select unit, debit_account_id, credit_account_id, amount, kind, source_type, source_id, leg from ledger.transfers where amount = 100")]
    [InlineData("Each reversal mirrors the transfer it takes back", "does not mirror", "alter table ledger.transfers disable trigger all; update ledger.transfers set amount = 41 where reverses_id is not null")]
    [InlineData("Balances are folded only up to the present", "restored from a dump", "update ledger.folding set through = '9000000000'")]
    [InlineData("Each sealed row is what was sealed", "of ledger.transfers is not what was sealed", "alter table ledger.transfers disable trigger all; update ledger.transfers set posted_at = posted_at - interval '1 day' where amount = 100")]
    [InlineData("Each sealed row is what was sealed", "leaf 6: row", "alter table audit.entries disable trigger all; update audit.entries set details = '{\"forged\": true}' where object_id = '2'")]
    [InlineData("Each sealed row is what was sealed", "of audit.entries is gone", "alter table audit.entries disable trigger all; delete from audit.entries where object_id = '2'")]
    [InlineData("Each sealed row is what was sealed", "is not what was sealed", "alter table audit.entries disable trigger all; update audit.entries e set object_id = case object_id when '1' then '2' else '1' end")]
    [InlineData("Each seal follows from the one before it and its leaves", "seal 2 (leaves", "alter table audit.leaves disable trigger all; update audit.leaves l set sha256 = sha256('other') where seal_no = 2")]
    [InlineData("Each seal follows from the one before it and its leaves", "seal 1 (leaves", "alter table audit.leaves disable trigger all; delete from audit.leaves where seal_no = 1 and leaf_no = 2")]
    [InlineData("Each seal follows from the one before it and its leaves", "seal 2 (leaves", "alter table audit.seals disable trigger all; alter table audit.leaves disable trigger all; delete from audit.leaves where seal_no = 1; delete from audit.seals where seal_no = 1")]
    [InlineData("Each seal follows from the one before it and its leaves", "seal 1 (leaves", "alter table audit.seals disable trigger all; update audit.seals set sealed_at = sealed_at - interval '1 hour' where seal_no = 1")]
    [InlineData("Each seal follows from the one before it and its leaves", "seal 2 (leaves", "alter table audit.leaves disable trigger all; update audit.leaves set leaf_no = 111 - leaf_no where seal_no = 2; update audit.leaves set leaf_no = leaf_no - 100 where seal_no = 2")]
    [InlineData("No row slipped past the chain", "stands behind the chain", "insert into audit.entries (role, action, object_type, object_id, request_id, transaction_id) values ('r', 'forged', 'thing', '9', 'q', '5')")]
    [InlineData("Each published daily root is the hash of its seal", "root of 2026-01-01", "insert into audit.daily_roots (day, seal_no, hash) values ('2026-01-01', 1, sha256('other'))")]
    [InlineData("At most one published tariff of a programme is in force on any day", "762-2017 and 448-2022 are both in force on 2022-01-11", "alter table methodologies drop constraint methodologies_no_overlap; alter table methodologies disable trigger all; update methodologies set valid = '[2017-01-01,)' where code = '762-2017'")]
    [InlineData("Two people stand behind every tariff, MCI value, code and setting of the operator", "setting fee.fine was decided by one person", "alter table app.settings drop constraint settings_two_people; update app.settings set changed_by = uuidv7() where key = 'fee.fine'")]
    [InlineData("At most one published tariff of a programme is in force on any day", "are both in force on", "alter table methodologies disable trigger all, drop constraint methodologies_no_overlap; update methodologies set valid = daterange('2000-01-01', null) where state = 'Published'")]
    [InlineData("Two people stand behind every tariff, MCI value, code and setting of the operator", "methodology 448-2022 was decided by one person", "alter table methodologies disable trigger all, drop constraint methodologies_two_people; update methodologies set origin = 'Operator' where code = '448-2022'")]
    public async Task Verify_WhenARuleIsBroken_NamesTheRow(string invariant, string expected, string sabotage)
    {
        var finding = await Scene.BreakAsync(invariant, sabotage);
        Assert.Contains(expected, finding.FirstBroken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sweep_WhenARuleIsBroken_Fails()
    {
        var database = await SetAsync();
        await new Verifier(database.Db).SweepAsync(CancellationToken.None);
        await database.ExecuteAsOwnerAsync("update ledger.accounts set balance = balance + 1 where sort = 'guarded' and balance = 900");
        var problem = await Assert.ThrowsAsync<InvariantBrokenException>(() => new Verifier(database.Db).SweepAsync(CancellationToken.None));
        Assert.Contains("stores 901", problem.Message, StringComparison.Ordinal);
        await database.DisposeAsync();
    }

    [Fact]
    public void EveryInvariant_HasACaseThatBreaksIt()
    {
        // A feature with scenes of its own breaks its invariants beside its other tests, by the beginning of their names.
        System.Reflection.MethodInfo[] methods =
        [
            typeof(BrokenOnPurposeTests).GetMethod(nameof(Verify_WhenARuleIsBroken_NamesTheRow))!,
            typeof(Payments.Cards.CardInvariantsTests).GetMethod(nameof(Payments.Cards.CardInvariantsTests.BrokenByHand_IsFound))!,
            typeof(Declarations.DeclarationInvariantsTests).GetMethod(nameof(Declarations.DeclarationInvariantsTests.BrokenByHand_IsFound))!,
            typeof(Payments.BankStatements.BankInvariantsTests).GetMethod(nameof(Payments.BankStatements.BankInvariantsTests.BrokenByHand_IsFound))!,
            typeof(Payments.PaymentInvariantsTests).GetMethod(nameof(Payments.PaymentInvariantsTests.BrokenByHand_IsFound))!,
            typeof(Integrations.WebhookTests).GetMethod(nameof(Integrations.WebhookTests.BrokenByHand_IsFound))!,
            typeof(TakeBack.PointInvariantsTests).GetMethod(nameof(TakeBack.PointInvariantsTests.BrokenByHand_IsFound))!,
            typeof(TakeBack.CollectorTests).GetMethod(nameof(TakeBack.CollectorTests.BrokenByHand_IsFound))!,
            typeof(Certification.CertificationInvariantsTests).GetMethod(nameof(Certification.CertificationInvariantsTests.BrokenByHand_IsFound))!,
            typeof(TakeBack.PickupInvariantsTests).GetMethod(nameof(TakeBack.PickupInvariantsTests.BrokenByHand_IsFound))!,
            typeof(Vouchers.VoucherInvariantsTests).GetMethod(nameof(Vouchers.VoucherInvariantsTests.BrokenByHand_IsFound))!,
            typeof(Consignments.ConsignmentInvariantsTests).GetMethod(nameof(Consignments.ConsignmentInvariantsTests.BrokenByHand_IsFound))!,
            typeof(Evidence.EvidenceInvariantsTests).GetMethod(nameof(Evidence.EvidenceInvariantsTests.BrokenByHand_IsFound))!,
            typeof(TakeBack.TakeBackInvariantsTests).GetMethod(nameof(TakeBack.TakeBackInvariantsTests.BrokenByHand_IsFound))!,
            typeof(Treatment.TreatmentInvariantsTests).GetMethod(nameof(Treatment.TreatmentInvariantsTests.BrokenByHand_IsFound))!,
            typeof(Marketplace.MarketInvariantsTests).GetMethod(nameof(Marketplace.MarketInvariantsTests.BrokenByHand_IsFound))!,
            typeof(Reconciliation.MatrixTests).GetMethod(nameof(Reconciliation.MatrixTests.BrokenByHand_IsFound))!,
            typeof(Reconciliation.ObligationTests).GetMethod(nameof(Reconciliation.ObligationTests.BrokenByHand_IsFound))!,
            typeof(Reconciliation.ClosingTests).GetMethod(nameof(Reconciliation.ClosingTests.BrokenByHand_IsFound))!,
            typeof(Compliance.CaseTests).GetMethod(nameof(Compliance.CaseTests.BrokenByHand_IsFound))!,
            typeof(PublicRegister.PublicRegisterInvariantsTests).GetMethod(nameof(PublicRegister.PublicRegisterInvariantsTests.BrokenByHand_IsFound))!,
        ];
        var broken = methods
            .SelectMany(method => method.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(data => (string)data.GetData(method).Single()[0]))
            .ToList();
        Assert.DoesNotContain(Verifier.All, invariant => !broken.Exists(name => invariant.Name.StartsWith(name, StringComparison.Ordinal)));
    }

    /// <summary>Four transfers (one a reversal), folded, and two audit rows, in two seals: leaves 1 to 4 and 5 to 6.</summary>
    private static async Task<TestDatabase> SetAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var scene = await LedgerScene.OnAsync(database);
        var budget = await scene.FundedAsync(1_000);
        var merchant = await scene.DerivedAsync();
        await scene.PostAsync(budget, merchant, 100);
        await scene.ReverseAsync(await scene.PostAsync(budget, merchant, 40));
        await scene.FoldAllAsync();
        await new AuditSealer(database.Db).SealAsync(CancellationToken.None);
        foreach (var thing in new[] { "1", "2" })
        {
            await database.Db.InTransactionAsync(
                transaction => AuditTrail.WriteAsync(transaction, new AuditEntry("done", "thing", thing), Actor.System("test"), CancellationToken.None), CancellationToken.None);
        }

        await new AuditSealer(database.Db).SealAsync(CancellationToken.None);
        await database.AssertInvariantsAsync();
        return database;
    }
}
