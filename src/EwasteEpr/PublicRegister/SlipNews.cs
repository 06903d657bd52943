using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.TakeBack.DropOffs;

namespace EwasteEpr.PublicRegister;

/// <summary>A message to each person who asked for news: the data of what they handed in are gone, and the slip's number. Once, and only while the consent stands.</summary>
public sealed class SlipNews(Db db, Secrets secrets, TextMessages texts)
{
    private const string NextSql = """
        select d.drop_off_id, d.language, d.phone_sealed, s.data_slip_id, s.number, s.kind
          from consents c
          join drop_offs d using (drop_off_id)
          join drop_off_items o using (drop_off_id)
          join intake_items i on i.item_id = o.item_id and i.undone_at is null
          join data_slips s on s.intake_item_id = i.intake_item_id
         where c.purpose = 'PhoneNews' and c.withdrawn_at is null and d.phone_sealed is not null and not exists (select from slip_news n where n.data_slip_id = s.data_slip_id)
         order by s.done_at, s.data_slip_id
         limit 1
           for update of d skip locked
        """;

    private const string ToldSql = "insert into slip_news (data_slip_id, drop_off_id) values (@DataSlipId, @DropOffId) on conflict do nothing";

    /// <param name="sentence">Language, kind and number of the slip -> what is said.</param>
    /// <returns>How many were told.</returns>
    public async Task<int> SweepAsync(Func<string, string, string, string> sentence, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        var told = 0;
        while (await TellNextAsync(sentence, ct))
        {
            told++;
        }

        return told;
    }

    private Task<bool> TellNextAsync(Func<string, string, string, string> sentence, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<NextRow>(NextSql, null, ct) is not { } next || await transaction.ExecuteAsync(ToldSql, next, ct) == 0)
            {
                return false;
            }

            var message = new TextMessage(secrets.OpenText(PhoneHolds.PhonePurpose, next.PhoneSealed), next.Language, sentence(next.Language, next.Kind, next.Number));
            await texts.WriteAsync(transaction, message, next.DropOffId, ct);
            return true;
        }, ct);

    private sealed record NextRow(Guid DropOffId, string Language, byte[] PhoneSealed, Guid DataSlipId, string Number, string Kind);
}
