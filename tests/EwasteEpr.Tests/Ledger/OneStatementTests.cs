using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Ledger;

/// <summary>The shape that redemption will have: key, conditional change, transfer, audit and stored answer in one statement and one round trip.</summary>
public sealed class OneStatementTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string UseSql = """
        with asked as materialized (
            select claim, status, answer from app.claim_key(@principal, 'POST /tickets', @key, sha256('body'))
        ), claimed as (
            update tickets t set used_by = @principal from asked
             where asked.claim = 'Claimed' and t.ticket_id = @ticketId and t.used_by is null
            returning t.ticket_id, t.face_tiyn
        ), done as (
            select c.ticket_id,
                   ledger.post('test', 'use', c.ticket_id, 1, 'KZT', @liability, @payable, c.face_tiyn),
                   audit.write(@actor::jsonb, 'ticket.used', 'ticket', c.ticket_id::text),
                   app.store_answer(@principal, 'POST /tickets', @key, sha256('body'), 200, 'used by ' || @principal)
              from claimed c
        )
        select a.claim, a.answer, d.ticket_id from asked a left join done d on true
        """;

    private AccountId liability;
    private AccountId payable;

    public async Task InitializeAsync()
    {
        var scene = await LedgerScene.OnAsync(database);
        liability = await scene.DerivedAsync();
        payable = await scene.DerivedAsync();
        await database.ExecuteAsOwnerAsync("create table if not exists public.tickets (ticket_id uuid primary key, face_tiyn bigint not null, used_by text)");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Use_ByTwentyFiveAtOnce_ExactlyOneWins()
    {
        var ticket = await NewTicketAsync();
        var rows = await Task.WhenAll(Enumerable.Range(0, 25).Select(n => UseAsync(ticket, $"merchant {n}", "key")));
        Assert.Single(rows, row => row.TicketId == ticket);
        await AssertUsedOnceAsync(ticket);
    }

    [Fact]
    public async Task Use_WithOneKeyTwentyFiveTimes_IsDoneOnceAndToldToTheRest()
    {
        var ticket = await NewTicketAsync();
        var rows = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => UseAsync(ticket, "merchant", $"one {ticket}")));
        Assert.Single(rows, row => row.TicketId == ticket);
        Assert.All(rows.Where(row => row.TicketId is null), row => Assert.True(row.Claim is "Running" || row is { Claim: "Answered", Answer: "used by merchant" }, row.ToString()));
        Assert.Equal("used by merchant", (await UseAsync(ticket, "merchant", $"one {ticket}")).Answer);
        await AssertUsedOnceAsync(ticket);
    }

    private async Task<Guid> NewTicketAsync()
    {
        var ticket = Guid.CreateVersion7();
        await database.Db.ExecuteAsync("insert into tickets (ticket_id, face_tiyn) values (@ticket, 50000)", new { ticket }, CancellationToken.None);
        return ticket;
    }

    private Task<UseRow> UseAsync(Guid ticketId, string principal, string key) =>
        database.Db.QuerySingleAsync<UseRow>(UseSql, new { ticketId, principal, key, liability, payable, actor = Actor.System("test").ToJson() }, CancellationToken.None);

    private async Task AssertUsedOnceAsync(Guid ticket)
    {
        var counts = await database.Db.QuerySingleAsync<CountRow>("""
            select (select count(*) from ledger.transfers where source_type = 'use' and source_id = @ticket) as transfers,
                   (select count(*) from audit.entries where object_type = 'ticket' and object_id = @ticket::text) as entries
            """, new { ticket }, CancellationToken.None);
        Assert.Equal(new CountRow(1, 1), counts);
        await database.AssertInvariantsAsync();
    }

    private sealed record UseRow(string Claim, string? Answer, Guid? TicketId);

    private sealed record CountRow(long Transfers, long Entries);
}
