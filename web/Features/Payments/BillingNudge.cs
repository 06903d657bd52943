using EwasteEpr.Declarations;
using EwasteEpr.Payments.Invoicing;
using Npgsql;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>Bills what was just submitted or returned, so that its page already shows the invoice.</summary>
/// <remarks>The submission stands whatever happens here: what fails now is the sweep's a moment later.</remarks>
public sealed partial class BillingNudge(Billing billing, ILogger<BillingNudge> log)
{
    public async Task BillAsync(DeclarationKey key, CancellationToken ct)
    {
        try
        {
            await billing.BillNowAsync(key, ct);
        }
        catch (NpgsqlException problem)
        {
            Later(log, key.Number, problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Declaration {Number} was not billed at once; the sweep will.")]
    private static partial void Later(ILogger log, string number, Exception problem);
}
