using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Hosting;

/// <summary>A form's labels and messages stand in its feature's own texts: <c>[Display(Name = "Mass")]</c> in Features/Calculator reads CalculatorText.</summary>
public static class FeatureTexts
{
    public static IStringLocalizer For(Type form, IStringLocalizerFactory factory)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(factory);
        var space = form.Namespace ?? "";
        var texts = form.Assembly.GetType($"{space}.{space[(space.LastIndexOf('.') + 1)..]}Text");
        return factory.Create(texts ?? form);
    }
}
