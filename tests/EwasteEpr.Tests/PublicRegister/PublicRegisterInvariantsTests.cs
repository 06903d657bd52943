using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.PublicRegister;

public sealed class PublicRegisterInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    private const string SceneSql = """
        insert into reconciliation.public_editions (year, day) values (2026, '2026-11-01');
        insert into reconciliation.public_cells (year, region_kato, category, measure, grams, basis, is_suppressed)
        select 2026, r, c, 'Collected', g, 'Recorded', false
          from (values ('750000000', '1', 10), ('750000000', '2', 5), ('750000000', '*', 15), ('*', '1', 10), ('*', '2', 5), ('*', '*', 15)) as x(r, c, g);
        insert into cadastre_extracts (cadastre_extract_id, organisation_id, year, content, content_sha256, row_count, signed_by)
        values ('01900000-0000-7000-8000-00000000cada', uuidv7(), 2026, 'text', sha256('text'), 0, uuidv7());
        insert into signatures (subject_type, subject_id, subject_version, organisation_id, content_sha256, content_bytes, cms_sealed, signer_name, signer_role, certificate_serial, certificate_issuer, certificate_until, algorithm, verified_by, person_id)
        select 'cadastre_extract', cadastre_extract_id, 1, organisation_id, content_sha256, 4, 'x', 'N', 'Head', '1', 'I', now(), 'A', 'Here', signed_by from cadastre_extracts
        """;

    [Theory]
    [InlineData("Each public figure that is seen whole", "750000000: the parts add up to 16 g and the sum says 15", "update reconciliation.public_cells set grams = 11 where region_kato = '750000000' and category = '1'")]
    [InlineData("Each public figure that is seen whole", "category 1: the parts add up to 10 g and the sum says 9", "update reconciliation.public_cells set grams = 9 where region_kato = '*' and category = '1'; update reconciliation.public_cells set grams = 14 where region_kato = '*' and category = '*'; update reconciliation.public_cells set grams = null, is_suppressed = true where category = '*' and region_kato = '750000000'")]
    [InlineData("Each extract for the cadastre", "is not what was signed", "update cadastre_extracts set content = 'other', content_sha256 = sha256('other')")]
    [InlineData("Each extract for the cadastre", "is not what was signed", "update signatures set subject_type = 'throughput_return'")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sql)
    {
        var finding = await Scene.BreakAsync(invariant, $"set session_replication_role = replica; {sql}");
        Assert.Contains(expected, finding.FirstBroken, StringComparison.Ordinal);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        await database.ExecuteAsOwnerAsync($"set session_replication_role = replica; {SceneSql}; set session_replication_role = default");
        foreach (var own in EwasteEpr.PublicRegister.PublicRegisterInvariants.All)
        {
            Assert.Null((await database.Db.QuerySingleAsync<CheckedRow>(own.Sql, null, CancellationToken.None)).FirstBroken);
        }

        return database;
    }

    private sealed record CheckedRow(long RowsChecked, string? FirstBroken);
}
