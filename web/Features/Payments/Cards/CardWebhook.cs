using System.Buffers;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Diagnostics;

namespace EwasteEpr.Web.Features.Payments.Cards;

/// <summary>Where the card provider tells what happened: raw bytes in, stored once, 200 only after the commit. Applying is a job's.</summary>
public static partial class CardWebhook
{
    public const string Path = "/webhooks/cards";

    public static void MapCardWebhook(this WebApplication app) => app.MapPost(Path, AcceptAsync).AllowAnonymous().DisableAntiforgery();

    private static async Task AcceptAsync(HttpContext context, ProviderEvents events, ILoggerFactory loggers)
    {
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false; // a machine asks: no page
        }

        var body = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var length = 0;
            for (int read; (read = await context.Request.Body.ReadAsync(body.AsMemory(length), context.RequestAborted)) > 0;)
            {
                length += read;
                if (length > ProviderEvents.MostBytes)
                {
                    Refuse(context, loggers, "TooLarge", StatusCodes.Status413PayloadTooLarge);
                    return;
                }

                body = length < body.Length ? body : Larger(body);
            }

            var outcome = await events.AcceptAsync(context.Request.Headers[StripeGateway.SignatureHeader], body.AsMemory(0, length), context.RequestAborted);
            if (outcome != AcceptOutcome.Stored)
            {
                Refuse(context, loggers, outcome.ToString(), outcome == AcceptOutcome.NotOffered ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private static byte[] Larger(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }

    /// <summary>The sender learns that it was refused and nothing else; the line in the log says why.</summary>
    private static void Refuse(HttpContext context, ILoggerFactory loggers, string why, int status)
    {
        context.Response.StatusCode = status;
        LogRefusal(loggers.CreateLogger("Security"), why, ActorContext.Address(context), context.Reference());
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a card provider's delivery: {Why}; from {Address}; reference {Reference}")]
    private static partial void LogRefusal(ILogger logger, string why, string? address, string reference);
}
