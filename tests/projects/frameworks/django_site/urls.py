from django.urls import path

from django_site import views

urlpatterns = [path("item/<int:number>/", views.item)]
