using EwasteEpr.Declarations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Declarations;

/// <summary>A check must be able to fail: each test breaks one rule as a superuser would and sees that invariant, and no other kind of answer, object.</summary>
public sealed class DeclarationInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("The sums of each version", "update declaration_version_totals set fee_tiyn = fee_tiyn + 1")]
    [InlineData("The sums of each version", "delete from declaration_lines where line_no = 2")]
    [InlineData("Each line's fee", "update declaration_lines set product_fee_tiyn = product_fee_tiyn + 1, fee_tiyn = fee_tiyn + 1 where line_no = 1")]
    [InlineData("Each packaging item's fee", "update declaration_packaging set coefficient = coefficient + 1")]
    [InlineData("Each signed version", "update declaration_lines set description = 'Something else' where line_no = 1")]
    [InlineData("No line, row or problem", "insert into row_problems (declaration_id, version, line_no, code, column_name, severity, value) select declaration_id, 9, 1, 'X', '', 'Error', '' from declarations")]
    [InlineData("No row is a line and parked", "insert into parked_rows (declaration_id, version, line_no, changed_revision, fields) select declaration_id, 1, 1, 1, '{}' from declarations")]
    [InlineData("One declaration for each organisation", "alter table declarations drop constraint declaration_once_per_period; insert into declarations (organisation_id, kind, period_from, period_until) select organisation_id, kind, period_from, period_until from declarations")]
    [InlineData("One submitted consignment", "drop index declaration_document_once_in_country; insert into organisations (slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities) values ('0000000001', 'company', '000000000011', 'a', 'a', 'a', '750000000', 'a', 'a', 'a', 'a', '{}'), ('0000000002', 'company', '000000000012', 'b', 'b', 'b', '750000000', 'b', 'b', 'b', 'b', '{}'); insert into declarations (organisation_id, kind, document_no, state, current_version) select organisation_id, 'Consignment', 'DT', 'Submitted', 1 from organisations where slug like '000000000%'")]
    [InlineData("A declaration's state", "update declarations set state = 'Accepted'")]
    [InlineData("What was exported", "insert into exported_lines (declaration_id, line_no, declared_grams, exported_grams) select declaration_id, 1, 100, 50 from declarations")]
    [InlineData("Each row of each file", "alter table uploads drop constraint upload_rows_all_accounted_for; update uploads set rows_read = rows_read + 1")]
    public async Task BrokenByHand_IsFound(string invariant, string sql)
    {
        var found = await Scene.BreakAsync(invariant, $"set session_replication_role = replica; {sql}");
        Assert.NotNull(found.FirstBroken);
        Assert.True(found.RowsChecked > 0 || sql.StartsWith("delete", StringComparison.Ordinal));
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var given = new GivenDeclarations();
        await given.InitializeAsync();
        var key = await given.DraftAsync();
        var day = given.Day.ToString("O");
        await given.FileAsync(key, $"unu_key;description;mass_kg;packaging;obligation_date\n0306;Phones;10;paper:1;{day}\n0108;Fridges;50;;{day}\n");
        await given.SubmitAsync(key);
        await given.Database.AssertInvariantsAsync();
        return given.Database;
    }

    [Fact]
    public void All_HaveANameOfTheirOwn() => Assert.Equal(DeclarationInvariants.All.Count, DeclarationInvariants.All.Select(one => one.Name).Distinct().Count());
}
