using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EwasteEpr.Signatures.Demo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace EwasteEpr.Browser.Tests.Support;

/// <summary>Stands for the program on a signatory's computer: the same socket, the same words, a real signature over the bytes it is given.</summary>
/// <remarks>Its words are those of module kz.gov.pki.knca.basics as its published client speaks them.</remarks>
internal sealed class SigningComponentStandIn : IAsyncDisposable
{
    private readonly WebApplication host;

    private SigningComponentStandIn(WebApplication host) => this.host = host;

    /// <summary>None: the person closes the window.</summary>
    public X509Certificate2? Key { get; set; }

    public string Address => host.Urls.First().Replace("http://", "ws://", StringComparison.Ordinal);

    public static async Task<SigningComponentStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var standIn = new SigningComponentStandIn(builder.Build());
        standIn.host.UseWebSockets();
        standIn.host.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await standIn.SpeakAsync(socket, context.RequestAborted);
        });
        await standIn.host.StartAsync();
        return standIn;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task SpeakAsync(WebSocket socket, CancellationToken ct)
    {
        await SayAsync(socket, new JsonObject { ["result"] = new JsonObject { ["version"] = "1.4" } }, ct);
        while (await HearAsync(socket, ct) is { } asked)
        {
            await SayAsync(socket, Answer(asked), ct);
        }
    }

    private JsonObject Answer(JsonNode asked)
    {
        if (asked["module"]!.GetValue<string>() != "kz.gov.pki.knca.basics")
        {
            return new JsonObject { ["status"] = false, ["code"] = "404", ["message"] = "No such module" };
        }

        if (Key is not { } key)
        {
            return new JsonObject { ["status"] = true, ["body"] = new JsonObject() };
        }

        var data = asked["args"]!["data"] is JsonArray many ? many[0]! : asked["args"]!["data"]!;
        var cms = Convert.ToBase64String(InventedAuthority.Sign(key, Convert.FromBase64String(data.GetValue<string>())));
        return new JsonObject { ["status"] = true, ["body"] = new JsonObject { ["result"] = new JsonArray(cms) } };
    }

    private static Task SayAsync(WebSocket socket, JsonObject what, CancellationToken ct) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(what.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, ct);

    private static async Task<JsonNode?> HearAsync(WebSocket socket, CancellationToken ct)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, ct);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return JsonNode.Parse(message.ToArray());
            }
        }
    }
}
