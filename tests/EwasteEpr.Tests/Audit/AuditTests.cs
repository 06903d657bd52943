using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using Npgsql;

namespace EwasteEpr.Tests.Audit;

public sealed class AuditTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Actor Somebody = new(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "preparer", "req-1", "192.0.2.7");

    [Fact]
    public async Task Write_KeepsWhoForWhomWhatAndFromWhere()
    {
        var id = await WriteAsync(new AuditEntry("tariff.published", "methodology", "DEMO-2026").With(new { RowsChanged = 3, Note = "қазақша" }));
        var row = await database.Db.QuerySingleAsync<EntryRow>("""
            select user_id, organisation_id, on_behalf_of_id, role, action, object_type, object_id, address, request_id, details::text as details
              from audit.entries where entry_id = @id
            """, new { id }, CancellationToken.None);
        Assert.Equal(new EntryRow(Somebody.UserId, Somebody.OrganisationId, Somebody.OnBehalfOfId, "preparer", "tariff.published", "methodology", "DEMO-2026",
            "192.0.2.7", "req-1", """{"note": "қазақша", "rows_changed": 3}"""), row);
    }

    [Fact]
    public async Task Write_InsideAFeaturesStatement_IsOneRowForEachClaimed()
    {
        const string Sql = """
            with claimed as (select n as thing_id from generate_series(1, 3) n)
            select audit.write(@actor::jsonb, 'thing.claimed', 'thing', c.thing_id::text) from claimed c
            """;
        var ids = await database.Db.QueryAsync<Guid>(Sql, new { actor = Somebody.ToJson() }, CancellationToken.None);
        Assert.Equal(3, ids.Distinct().Count());
    }

    [Fact]
    public async Task Write_RolledBack_LeavesNoRowAndNoGapInTheChain()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.Db.InTransactionAsync<int>(async transaction =>
        {
            await AuditTrail.WriteAsync(transaction, new AuditEntry("rolled.back", "thing", "1"), Somebody, CancellationToken.None);
            throw new InvalidOperationException();
        }, CancellationToken.None));
        await WriteAsync(new AuditEntry("after", "thing", "2"));
        await SealAsync();
        Assert.Equal(0, await database.Db.QuerySingleAsync<long>("select count(*) from audit.entries where action = 'rolled.back'", null, CancellationToken.None));
        await database.AssertInvariantsAsync();
    }

    [Theory]
    [InlineData("update audit.entries set action = 'x'")]
    [InlineData("delete from audit.entries")]
    [InlineData("insert into audit.entries (entry_id, role, action, object_type, object_id, request_id) values (uuidv7(), 'r', 'a', 't', '1', 'q')")]
    [InlineData("insert into audit.entries (at, role, action, object_type, object_id, request_id) values ('2020-01-01', 'r', 'a', 't', '1', 'q')")]
    [InlineData("insert into audit.entries (transaction_id, role, action, object_type, object_id, request_id) values ('3', 'r', 'a', 't', '1', 'q')")]
    [InlineData("delete from audit.leaves")]
    [InlineData("insert into audit.daily_roots (day, seal_no, hash) values ('2026-01-01', 1, '')")]
    public async Task Application_CannotChangeOrForgeTheAudit(string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => database.Db.ExecuteAsync(sql, null, CancellationToken.None));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Theory]
    [InlineData("update audit.entries set action = 'x'")]
    [InlineData("delete from audit.entries")]
    [InlineData("update audit.leaves set leaf_no = leaf_no + 1")]
    [InlineData("delete from audit.seals")]
    public async Task Owner_CannotChangeTheAuditEither(string sql)
    {
        await WriteAsync(new AuditEntry("x", "thing", "1"));
        await SealAsync();
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsOwnerAsync(sql));
        Assert.Equal("append_only", refusal.ConstraintName);
    }

    [Fact]
    public async Task Seal_WithALongTransactionOpen_SealsTheOthersNowAndItsRowsLater()
    {
        await SealAsync();
        await database.Db.InTransactionAsync(async transaction =>
        {
            var early = await AuditTrail.WriteAsync(transaction, new AuditEntry("long", "thing", "1"), Somebody, CancellationToken.None);
            var late = await WriteAsync(new AuditEntry("short", "thing", "2"));
            await SealAsync();
            await SealAsync();
            Assert.True(await IsSealedAsync(late));
            Assert.False(await IsSealedAsync(early));
            return 0;
        }, CancellationToken.None);
        Assert.Equal(1, await SealAsync());
        Assert.Equal(0, (await new AuditSealer(database.Db).UnsealedTailAsync(CancellationToken.None)).Rows);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Seal_ManyWritersAndSealersAtOnce_SealsEachRowOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).SelectMany(writer => new[]
        {
            WriteManyAsync(40),
            SealManyAsync(20),
        }));
        await SealAsync();
        var row = await database.Db.QuerySingleAsync<CountRow>(
            "select (select count(*) from audit.entries) as entries, (select count(*) from audit.leaves where source = 'audit') as leaves", null, CancellationToken.None);
        Assert.Equal(row.Entries, row.Leaves);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task PublishDailyRoots_AfterMidnight_KeepsTheLastHashOfTheDay()
    {
        await WriteAsync(new AuditEntry("x", "thing", "1"));
        await SealAsync();
        var sealer = new AuditSealer(database.Db);
        Assert.Equal(0, await sealer.PublishDailyRootsAsync(CancellationToken.None));
        await database.SetClockOffsetAsync(TimeSpan.FromDays(1));
        try
        {
            Assert.Equal(1, await sealer.PublishDailyRootsAsync(CancellationToken.None));
            Assert.Equal(0, await sealer.PublishDailyRootsAsync(CancellationToken.None));
            await database.AssertInvariantsAsync();
        }
        finally
        {
            await database.SetClockOffsetAsync(TimeSpan.Zero);
        }
    }

    private async Task WriteManyAsync(int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            await WriteAsync(new AuditEntry("many", "thing", "1"));
        }
    }

    private async Task SealManyAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await SealAsync();
        }
    }

    private Task<Guid> WriteAsync(AuditEntry entry) =>
        database.Db.InTransactionAsync(transaction => AuditTrail.WriteAsync(transaction, entry, Somebody, CancellationToken.None), CancellationToken.None);

    private Task<long> SealAsync() => new AuditSealer(database.Db).SealAsync(CancellationToken.None);

    private Task<bool> IsSealedAsync(Guid id) =>
        database.Db.QuerySingleAsync<bool>("select exists (select from audit.leaves where source = 'audit' and row_id = @id)", new { id }, CancellationToken.None);

    private sealed record EntryRow(Guid? UserId, Guid? OrganisationId, Guid? OnBehalfOfId, string Role, string Action, string ObjectType, string ObjectId, string? Address, string RequestId, string Details);

    private sealed record CountRow(long Entries, long Leaves);
}
