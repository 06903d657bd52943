using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using Microsoft.Playwright;
using QRCoder;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>The till reads a voucher's QR from a camera, in a browser that has no reader of its own: a film of the code stands in for the lens.</summary>
public sealed class CameraTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    private const int Width = 640;
    private const int Height = 480;

    [Fact]
    public async Task Till_ReadsTheCodeFromTheCamera()
    {
        await using var citizen = await browser.VisitAsync(360);
        await citizen.Page.GotoAsync("/kk/demo/vouchers");
        var address = await citizen.Page.Locator("#vouchers tbody tr a").First.GetAttributeAsync("href");
        var film = Path.Combine(Path.GetTempPath(), $"ewaste-{Guid.CreateVersion7():N}.y4m");
        await File.WriteAllBytesAsync(film, Film("https://ewaste.example" + address));
        try
        {
            await using var visit = await browser.WithCameraAsync(360, film);
            var page = visit.Page;
            await page.GotoAsync("/kk/demo");
            await page.Locator("button[name=persona][value=second-cashier]").ClickAsync();
            await page.GotoAsync("/kk/merchant/redeem");
            await page.EvaluateAsync("() => { delete globalThis.BarcodeDetector; }"); // where a Chromium has one
            await page.Locator("[data-scan-into] button").ClickAsync();
            await page.WaitForURLAsync(new Regex("/redeem/look$", RegexOptions.NonBacktracking));
            await visit.AssertSoundAsync("kk");
            Assert.Equal(1, await page.Locator("#Receipt").CountAsync());
        }
        finally
        {
            File.Delete(film);
        }
    }

    /// <summary>Two grey pictures (YUV4MPEG2) that show the code on white.</summary>
    private static byte[] Film(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var modules = code.ModuleMatrix; // with its white border
        var scale = (Height - 40) / modules.Count;
        var luma = new byte[Width * Height];
        Array.Fill(luma, (byte)235);
        for (var y = 0; y < modules.Count * scale; y++)
        {
            for (var x = 0; x < modules.Count * scale; x++)
            {
                luma[((y + 20) * Width) + x + 90] = modules[y / scale][x / scale] ? (byte)16 : (byte)235;
            }
        }

        var chroma = new byte[Width * Height / 2];
        Array.Fill(chroma, (byte)128);
        byte[] frame = [.. "FRAME\n"u8, .. luma, .. chroma];
        return [.. System.Text.Encoding.ASCII.GetBytes($"YUV4MPEG2 W{Width} H{Height} F10:1 Ip A1:1 C420jpeg\n"), .. frame, .. frame];
    }
}
