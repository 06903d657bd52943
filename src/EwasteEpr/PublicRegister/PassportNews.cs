using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.TakeBack.DropOffs;

namespace EwasteEpr.PublicRegister;

/// <summary>A message to each person who asked for news: the batch of what they handed in is closed. Once, and only while the consent stands.</summary>
public sealed class PassportNews(Db db, Secrets secrets, TextMessages texts)
{
    private const string NextSql = """
        select d.drop_off_id, d.language, d.phone_sealed, b.batch_id, b.number
          from consents c
          join drop_offs d using (drop_off_id)
          join drop_off_items i using (drop_off_id)
          join trace_links x1 on x1.from_type = 'drop_off_item' and x1.from_id = i.item_id and x1.to_type = 'stock_lot' and x1.ended_at is null
          join trace_links x2 on x2.from_type = 'stock_lot' and x2.from_id = x1.to_id and x2.to_type = 'site_lot' and x2.ended_at is null
          join trace_links x3 on x3.from_type = 'site_lot' and x3.from_id = x2.to_id and x3.to_type = 'batch' and x3.ended_at is null
          join batches b on b.batch_id = x3.to_id and b.state = 'Closed'
         where c.purpose = 'PhoneNews' and c.withdrawn_at is null and d.phone_sealed is not null and not exists (select from batch_news n where n.drop_off_id = d.drop_off_id)
         order by b.closed_at, d.drop_off_id
         limit 1
           for update of d skip locked
        """;

    private const string ToldSql = "insert into batch_news (drop_off_id, batch_id) values (@DropOffId, @BatchId) on conflict do nothing";

    /// <param name="sentence">Language and batch -> what is said.</param>
    /// <returns>How many were told.</returns>
    public async Task<int> SweepAsync(Func<string, string, string> sentence, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        var told = 0;
        while (await TellNextAsync(sentence, ct))
        {
            told++;
        }

        return told;
    }

    private Task<bool> TellNextAsync(Func<string, string, string> sentence, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<NextRow>(NextSql, null, ct) is not { } next || await transaction.ExecuteAsync(ToldSql, next, ct) == 0)
            {
                return false;
            }

            var message = new TextMessage(secrets.OpenText(PhoneHolds.PhonePurpose, next.PhoneSealed), next.Language, sentence(next.Language, next.Number));
            await texts.WriteAsync(transaction, message, next.DropOffId, ct);
            return true;
        }, ct);

    private sealed record NextRow(Guid DropOffId, string Language, byte[] PhoneSealed, Guid BatchId, string Number);
}
